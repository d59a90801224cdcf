import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { mintWith } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import type { WireClient, WireReply } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const OWN = 'plan_publish_draft';
const report = (tool: string, more: JsonObject = {}): JsonObject => ({
  tool,
  code: 'invalid_arguments',
  pointers: ['/filename'],
  argumentsDigest: `sha-256:${'0'.repeat(64)}`,
  ...more,
});
const send = (client: WireClient, body: JsonObject, key?: string): Promise<WireReply> =>
  client.call('/v1/refusals', body, ...(key === undefined ? [] : [{ idempotencyKey: key }]));

/** Refused with one entry, which no reading takes for a refusal of that tool. */
async function expectNotTaken(on: Lab, client: WireClient, body: JsonObject, code: string): Promise<void> {
  const reports = async () => (await on.entries()).filter(({ kind }) => kind === 'report');
  const before = await reports();
  const reply = await send(client, body);
  expect(reply.json['code']).toBe(code);
  const after = await reports();
  expect(after).toHaveLength(before.length + 1);
  expect(after.at(-1)).toMatchObject({ kind: 'report', tool: 'refusals', code, rules: [] });
}

const suspend = (on: Lab, kind: string, target: string): Promise<WireReply> =>
  on.people.owner.call('suspend', { kind, target, reason: 'to see' });

describe('a report', () => {
  test.each(['commit_refund', 'delete_everything'])(
    'about %s, which the token does not cover, is refused [report.own-tools]',
    (tool) => expectNotTaken(lab, lab.wire, report(tool), 'insufficient_scope'),
  );

  test('with a count that is none is refused [report.own-tools]', async () => {
    for (const count of [0, 1, 1001, 2.5, -3]) {
      await expectNotTaken(lab, lab.wire, report(OWN, { count }), 'invalid_arguments');
    }
  });

  test('that is sent again under its key counts once [report.counted]', async () => {
    const key = '7b0d2c62-6c0e-4b51-9a55-0c7c1f5d9a01';
    const [first, again] = [
      await send(lab.wire, report(OWN, { count: 7 }), key),
      await send(lab.wire, report(OWN, { count: 7 }), key),
    ];
    expect([first?.status, again?.status]).toEqual([202, 202]);
    expect(again?.json['auditId']).toBe(first?.json['auditId']);
    expect((await send(lab.wire, report(OWN, { count: 8 }), key)).json['code']).toBe('idempotency_conflict');
    const written = (await lab.entries()).filter(({ requestId }) => requestId === key);
    expect(written.filter(({ rules }) => String(rules) === 'self-reported')).toHaveLength(1);
    expect(written).toHaveLength(3);
  });

  test('counts as often as it says wherever calls and denials are counted [report.marked]', async () => {
    const client = await mintWith(lab, 'blog-publisher-counted', 'publisher-agent', [`blog:${OWN}`]);
    await send(client, report(OWN, { count: 250 }));
    await send(client, report(OWN));
    const found = await lab.backend.database.db
      .selectFrom('audit_entries')
      .select((of) => [of.fn.sum<number>('refusals').as('refusals')])
      .where('client_id', '=', 'blog-publisher-counted')
      .where('tool', '=', OWN)
      .executeTakeFirst();
    expect(Number(found?.refusals)).toBe(251);
    const last = (await lab.entries()).filter(({ client: id }) => id === 'blog-publisher-counted');
    expect(last.find(({ details }) => (details as JsonObject)['count'] === 250)).toMatchObject({
      kind: 'report',
      rules: ['self-reported'],
      outcome: 'refused',
    });
  });

  test.each([
    ['token', (client: WireClient) => client.keyid],
    ['tool', () => OWN],
    ['agent', () => 'publisher-agent'],
    ['everything', () => ''],
  ] as const)('of what is stopped is refused: %s [report.stopped]', async (kind, target) => {
    const client = await mintWith(lab, `blog-publisher-${kind}`, 'publisher-agent', [`blog:${OWN}`]);
    expect((await send(client, report(OWN))).status).toBe(202);
    const stop = await suspend(lab, kind, target(client));
    expect(stop.status).toBe(200);
    await expectNotTaken(lab, client, report(OWN), 'suspended');
    await lab.people.owner.call('resume', { suspensionId: String(stop.json['suspensionId']), reason: 'seen' });
    expect((await send(client, report(OWN))).status).toBe(202);
  });

  test('of a stopped credential that is taken all the same is caught [check.twins, report.stopped]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/suspensions/suspensions-repository.ts',
      instead: () => ({ findSuspension: () => Promise.resolve(undefined) }),
    });
    try {
      await send(broken.wire, report(OWN));
      await suspend(broken, 'token', broken.wire.keyid);
      await expectCaught(() => expectNotTaken(broken, broken.wire, report(OWN), 'suspended'));
    } finally {
      await broken.stop();
    }
  }, 60_000);
});
