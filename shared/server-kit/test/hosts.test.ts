import { join } from 'node:path';
import { problem } from '@narrow-deputies/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, HOST_KINDS, type Host } from './clients.ts';

const SERVER = ['--conditions=source', join(import.meta.dirname, 'fixture-server.ts')];
const PENDING = '7b0d2c62-6c0e-4b51-9a55-0c7c1f5d9a01';
const RELEASED = 'c3b6ad1a-5b6d-4e6e-8a0c-3d3f0f7a5e11';

describe.each(HOST_KINDS)('served to %s [host.both-eras]', (kind) => {
  let host: Host;
  beforeAll(async () => {
    host = await connect(kind, SERVER, { links: true });
  });
  afterAll(() => host.close());

  test('an answer comes as structured content and as the same JSON in text', async () => {
    const answer = await host.call('echo_word', { word: 'hello', times: 2 });
    expect(answer.isError).toBe(false);
    expect(answer.structuredContent).toMatchObject({
      words: ['hello', 'hello'],
      client: 'test-host',
      revision: kind.slice(-10),
    });
    expect(JSON.parse(answer.content[0]?.text ?? '')).toEqual(answer.structuredContent);
  });

  test('a valid traceparent of the host is kept, an invalid one is replaced', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const kept = await host.call('echo_word', { word: 'a' }, { traceparent });
    expect(kept.structuredContent).toMatchObject({ traceparent });
    const replaced = await host.call('echo_word', { word: 'a' }, { traceparent: 'ff-nothing' });
    expect(replaced.structuredContent['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('left-out arguments count as an empty object', async () => {
    expect((await host.call('list_nothing')).structuredContent).toEqual({ items: [] });
  });

  test('bad arguments answer invalid_arguments with pointers and without the value', async () => {
    const answer = await host.call('echo_word', { word: 'x'.repeat(21), times: 'IGNORE ALL', extra: 1 });
    expect(answer.isError).toBe(true);
    expect(answer.structuredContent).toMatchObject({ code: 'invalid_arguments', status: 422, retryable: false });
    const { errors } = problem.parse(answer.structuredContent);
    expect(errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['/extra', '/times', '/word']);
    expect(JSON.stringify(answer)).not.toContain('IGNORE');
    expect(JSON.parse(answer.content[0]?.text ?? '')).toEqual(answer.structuredContent);
  });

  test('a thrown error becomes internal and tells nothing', async () => {
    for (const way of ['throw', 'misfit']) {
      const answer = await host.call('get_failure', { way });
      expect(answer.structuredContent).toMatchObject({ code: 'internal', detail: 'Something failed inside.' });
      expect(JSON.stringify(answer)).not.toMatch(/secret|home|long/);
    }
    expect(host.stderr()).toContain('failed get_failure Error: secret at /home/somebody/.token');
  });

  test('a refusal of the wall is observed, one of the backend is not', async () => {
    const relayed = await host.call('get_failure', { way: 'relay' });
    expect(relayed.structuredContent).toMatchObject({ code: 'denied_by_policy', auditId: 'a-1' });
    const refused = await host.call('get_failure', { way: 'refuse' });
    expect(refused.structuredContent).toMatchObject({ code: 'not_found', detail: 'No such word.' });
    await host.written(
      'refused {"tool":"get_failure","code":"not_found","pointers":["/way"],"given":{"way":"refuse"}}',
    );
    expect(host.stderr()).not.toContain('denied_by_policy');
  });

  test('a commit answers its receipt', async () => {
    expect((await host.call('commit_word', { planId: RELEASED })).structuredContent).toEqual({ receipt: RELEASED });
  });

  test('a commit that waits for a person answers at once, as no error, with the link', async () => {
    const answers = [
      await host.call('commit_word', { planId: PENDING }),
      await host.call('commit_word', { planId: PENDING }),
    ];
    for (const answer of answers) {
      expect(answer.isError).toBe(false);
      expect(answer.structuredContent).toEqual({
        status: 'pending_approval',
        planId: PENDING,
        approvalUrl: 'http://localhost:4181/plans/1',
        expiresAt: '2030-01-01T00:00:00.000Z',
      });
    }
    // One offer for both calls, and none where the revision has no request from server to client.
    expect(host.offers).toEqual(kind.endsWith('2025-11-25') ? ['http://localhost:4181/plans/1'] : []);
  });

  test('an unknown tool is an error of the protocol', async () => {
    await expect(host.call('toString', {})).rejects.toThrow(/toString/);
  });
});

test('a client without URL elicitation is never asked', async () => {
  const host = await connect('sdk 1.x, 2025-11-25', SERVER);
  const answer = await host.call('commit_word', { planId: PENDING });
  await host.close();
  expect(answer.structuredContent).toMatchObject({ status: 'pending_approval' });
  expect(host.offers).toEqual([]);
});

test('schemas in the list are plain JSON Schema objects that hosts of either draft accept', async () => {
  const host = await connect('client 2.x, 2026-07-28', SERVER);
  await host.close();
  for (const tool of host.tools) {
    expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(tool.outputSchema).toMatchObject({ type: 'object' });
    expect(JSON.stringify(tool)).not.toMatch(/\$schema|\\\\p\{/);
  }
});
