import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startBackend, type RunningBackend } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { draft, startLab, WirePerson, type Lab } from '../support/lab.ts';
import { LIST, NOTHING } from '../support/refused.ts';
import { storedOf } from '../support/stored.ts';
import { send, type WireReply } from '../support/wire-client.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';

let postgres: PostgresServer;
let databaseUrl: string;
let lab: Lab;
/** A second process on the same database, behind the same public address. */
let replica: RunningBackend;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  lab = await startLab({ databaseUrl });
  const { environment, backendUrl: publicUrl } = lab.backend;
  replica = await startBackend({
    environment,
    database: databaseUrl,
    port: 0,
    consolePort: 0,
    logKey: TEST_LOG_KEY,
    logLevel: 'silent',
    publicUrl,
  });
}, 120_000);
afterAll(async () => {
  await replica?.close();
  await lab?.stop();
  await postgres?.stop();
}, 60_000);
afterEach(async () => {
  const { json } = await lab.people.owner.call('list_suspensions', {});
  for (const { suspensionId } of json['suspensions'] as { suspensionId: string }[]) {
    await lab.people.owner.call('resume', { suspensionId, reason: 'the test is over' });
  }
});

const stops = (): [what: string, kind: string, target: string][] => [
  ['its token', 'token', lab.wire.keyid],
  ['its kind of agent', 'agent', 'publisher-agent'],
  ['the tool', 'tool', 'list_drafts'],
  ['everything', 'everything', ''],
];
const suspend = (kind: string, target: string, by: WirePerson = lab.people.owner): Promise<WireReply> =>
  by.call('suspend', { kind, target, reason: 'it behaves strangely' });
const resume = (stop: WireReply, by: WirePerson = lab.people.owner): Promise<WireReply> =>
  by.call('resume', { suspensionId: String(stop.json['suspensionId']), reason: 'looked into it' });
const list = async (grant: string): Promise<WireReply> => send(await lab.wire.operation(LIST, NOTHING, { grant }));
/** Quotas are not what is looked at here. */
const forgetLimits = (): Promise<unknown> => lab.backend.database.db.deleteFrom('limits').execute();
const last = async (count: number): Promise<JsonObject[]> => (await lab.entries()).slice(-count);

describe('the stop button', () => {
  test('stops a token, an agent, a tool or everything from the next call on, each on record [stop.next-call, stop.resume]', async () => {
    const grant = await lab.wire.grant();
    for (const [what, kind, target] of stops()) {
      expect([what, (await list(grant)).status]).toEqual([what, 200]);
      const stop = await suspend(kind, target);
      expect(stop).toMatchObject({ status: 200, json: { kind, target, repeated: false } });
      const before = (await lab.entries()).length;
      expect([what, await list(grant)]).toMatchObject([
        what,
        { status: 403, json: { code: 'suspended', retryable: false, conditions: ['resumed_by_administrator'] } },
      ]);
      expect((await lab.entries()).slice(before)).toMatchObject([
        { tool: 'list_drafts', code: 'suspended', outcome: 'refused' },
      ]);
      expect((await resume(stop)).status).toBe(200);
      expect(await last(1)).toMatchObject([
        {
          tool: 'people.resume',
          outcome: 'succeeded',
          person: expect.any(String),
          details: { reason: 'looked into it' },
        },
      ]);
      expect([what, (await list(grant)).status]).toEqual([what, 200]);
    }
  });

  test('a stop of one tool leaves the others', async () => {
    await suspend('tool', 'plan_publish_draft');
    expect((await lab.wire.call(LIST, NOTHING)).status).toBe(200);
  });

  test('the token endpoint gives nothing to what is stopped [stop.next-call]', async () => {
    for (const [what, kind, target] of stops().filter(([, each]) => each !== 'tool')) {
      const stop = await suspend(kind, target);
      expect([what, (await send(lab.wire.tokenRequest())).json['code']]).toEqual([what, 'suspended']);
      await resume(stop);
    }
  });

  test('every replica refuses the very next call [stop.next-call]', async () => {
    const { port } = new URL(replica.backendUrl);
    const there = async (): Promise<WireReply> => {
      const request = await lab.wire.operation(LIST, NOTHING);
      return send({ ...request, url: request.url.replace(/:\d+/, `:${port}`) });
    };
    for (let round = 0; round < 10; round++) {
      await forgetLimits();
      const stop = await suspend('everything', '');
      const refused = await there();
      expect(refused.json['code']).toBe('suspended');
      await resume(stop);
      expect((await there()).status).toBe(200);
    }
  });

  test('a commit that runs meanwhile happens whole or not at all [stop.whole]', async () => {
    for (let round = 0; round < 8; round++) {
      await forgetLimits();
      const filename = `stopped-${round}.md`;
      const { json } = await lab.wire.call(PLAN, { filename, content: draft(`Stopped ${round}`) });
      const planId = String(json['planId']);
      await lab.people.owner.decide('approve', planId);
      const [committed, stop] = await Promise.all([lab.wire.call(COMMIT, { planId }), suspend('everything', '')]);
      const { state, articles, effects } = await storedOf(lab, planId);
      const whole = { state: 'committed', articles: 1, effects: 1 };
      const nothing = { state: 'released', articles: 0, effects: 0 };
      expect({ state, articles, effects }).toEqual(committed.status === 200 ? whole : nothing);
      expect([200, 403]).toContain(committed.status);
      await resume(stop);
      expect((await lab.wire.call(COMMIT, { planId })).status).toBe(200);
    }
  });

  test('pressed twice it is one stop', async () => {
    const pressed = await Promise.all([suspend('everything', ''), suspend('everything', '', lab.people.reviewer)]);
    const ids = pressed.map(({ json }) => json['suspensionId']);
    expect(new Set(ids).size).toBe(1);
    expect(pressed.map(({ json }) => json['repeated']).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      false,
      true,
    ]);
  });

  test('anybody enrolled may press it, only an administrator takes it back, and says why [stop.anyone, stop.resume]', async () => {
    const stop = await suspend('agent', 'publisher-agent', lab.people.reviewer);
    expect(stop.status).toBe(200);
    expect((await resume(stop, lab.people.reviewer)).json['code']).toBe('insufficient_scope');
    const silent = await lab.people.owner.call('resume', { suspensionId: String(stop.json['suspensionId']) });
    expect(silent.json['code']).toBe('invalid_arguments');
    const refused = await send(lab.wire.tokenRequest());
    expect(refused.json['code']).toBe('suspended');
  });

  test('no agent can press it or take it back [stop.anyone]', async () => {
    const thief = new WirePerson(lab.backend.backendUrl, lab.wire.keyid, lab.wire.key);
    expect((await suspend('everything', '', thief)).status).toBe(401);
    expect((await lab.people.owner.call('list_suspensions', {})).json['suspensions']).toEqual([]);
  });

  test.each([
    ['token', 'k'.repeat(43)],
    ['agent', 'nobody'],
    ['tool', 'rm'],
    ['everything', 'else'],
  ])('a stop of a %s that is not there is not taken for one', async (kind, target) => {
    expect((await suspend(kind, target)).json['code']).toBe('not_found');
  });

  test('a stop that does not stand cannot be taken back', async () => {
    const gone = await lab.people.owner.call('resume', { suspensionId: randomUUID(), reason: 'x' });
    expect(gone.json['code']).toBe('not_found');
  });

  test('a process starts and proves itself while everything is stopped', async () => {
    await suspend('everything', '');
    const { environment } = lab.backend;
    const another = await startBackend({
      environment,
      database: databaseUrl,
      port: 0,
      consolePort: 0,
      logKey: TEST_LOG_KEY,
      logLevel: 'silent',
    });
    await another.close();
    expect((await lab.people.owner.call('list_suspensions', {})).json['suspensions']).toHaveLength(1);
  });

  test('a backend without the check is caught [check.twins]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/suspensions/suspensions-repository.ts',
      instead: () => ({ findSuspension: () => Promise.resolve(undefined) }),
    });
    try {
      await expectCaught(async () => {
        const grant = await broken.wire.grant();
        await broken.people.owner.call('suspend', { kind: 'token', target: broken.wire.keyid });
        const reply = await send(await broken.wire.operation(LIST, NOTHING, { grant }));
        expect(reply.json['code']).toBe('suspended');
      });
    } finally {
      await broken.stop();
    }
  });
});
