import { describe, expect, test } from '@jest/globals';
import { sha256Hex } from '@narrow-deputies/signing';
import { SERVERS } from './servers.ts';

const accepted = [202, ''] as const;
/** Milliseconds; far more than any of these take. */
const PATIENCE = 60_000;

describe.each(SERVERS)('the refusal reports of $name', ({ network, newClient }) => {
  const { answer, CALL, cutOff, expectSigned, grantReply, problemReply, useMockedNetwork } = network;
  const refusal = {
    tool: 'plan_something',
    code: 'invalid_arguments',
    pointers: ['/name'],
    arguments: { name: '../SECRET' },
    call: CALL,
  } as const;

  useMockedNetwork();

  test('name places and a digest of the arguments, never the arguments', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', accepted);
    const { report, finish } = newClient();
    report(refusal);
    await finish(PATIENCE);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      tool: 'plan_something',
      code: 'invalid_arguments',
      pointers: ['/name'],
      argumentsDigest: `sha-256:${sha256Hex('{"name":"../SECRET"}')}`,
    });
    expectSigned(sent[0]);
  });

  test('are counted together when many come at once, and bound what they name', async () => {
    answer('/oauth/token', grantReply());
    const many = Array.from({ length: 20 }, () => accepted);
    const sent = answer('/v1/refusals', ...many);
    const { report, finish, warnings } = newClient();
    const pointers = Array.from({ length: 40 }, () => 'x'.repeat(900));
    for (const _each of many) report({ ...refusal, pointers, arguments: {} });
    await finish(PATIENCE);
    const counts = sent.map(({ body }) => (JSON.parse(body) as { count?: number }).count ?? 1);
    expect(counts.toSorted((one, other) => one - other)).toEqual([1, 1, 1, 1, 16]);
    expect(warnings).toEqual([]);
    const named = (JSON.parse(sent[0]?.body ?? '') as { pointers: string[] }).pointers;
    expect(named).toEqual(Array.from({ length: 16 }, () => 'x'.repeat(200)));
  });

  test('reach the backend even where the arguments have no canonical form', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', accepted);
    const { report, finish } = newClient();
    report({ ...refusal, pointers: [], arguments: { name: '\uD800' } });
    await finish(PATIENCE);
    expect(sent).toHaveLength(1);
  });

  test('reach it although the host has cancelled the call', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', accepted);
    const { report, finish } = newClient();
    report({ ...refusal, call: { ...CALL, signal: AbortSignal.abort() } });
    await finish(PATIENCE);
    expect(sent).toHaveLength(1);
  });

  test('keep one key for every attempt, and say at the end what is not known to have arrived [report.counted]', async () => {
    answer('/oauth/token', grantReply());
    const sent = Array.from({ length: 4 }, () => cutOff('/v1/refusals'));
    const { report, finish, warnings } = newClient();
    report(refusal);
    await finish(PATIENCE);
    expect(new Set(sent.map(([request]) => request?.headers['idempotency-key'])).size).toBe(1);
    expect(warnings).toEqual([
      'Not reported: 1 × plan_something, refused here with invalid_arguments; no answer came, so it may be recorded or not.',
    ]);
  });

  test('that the backend refuses for good are said, and not sent again [report.counted]', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/refusals', problemReply('insufficient_scope'));
    const { report, finish, warnings } = newClient();
    report(refusal);
    await finish(PATIENCE);
    expect(sent).toHaveLength(1);
    expect(warnings).toEqual([
      'Not reported: 1 × plan_something, refused here with invalid_arguments; the backend answered insufficient_scope.',
    ]);
  });
});
