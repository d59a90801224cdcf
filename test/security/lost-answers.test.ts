import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Database } from '../../backend-mock/src/database/database.ts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { startStoreProxy, type StoreProxy } from '../support/store-proxy.ts';
import { rowCounts, storedOf } from '../support/stored.ts';
import { WAYS } from '../support/trouble.ts';
import type { WireReply } from '../support/wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';
const KEY = '0d3b2a86-6c5d-4b0f-9d5e-2f1f6a1c7b11';

describe('while the answers to COMMIT are lost', () => {
  let postgres: PostgresServer;
  let proxy: StoreProxy;
  let lab: Lab;
  beforeAll(async () => {
    postgres = await startPostgres();
    proxy = await startStoreProxy(postgres.url('postgres'));
    lab = await startLab({ databaseUrl: proxy.through(await postgres.createDatabase()) });
  }, 120_000);
  afterAll(async () => {
    await lab?.stop();
    await proxy?.stop();
    await postgres?.stop();
  }, 60_000);

  let count = 0;
  const planned = async (on: Lab): Promise<string> => {
    count += 1;
    const args = { filename: `lost-${count}.md`, content: draft(`Lost ${count}`) };
    const { json } = await on.wire.call(PLAN, args);
    return String(json['planId']);
  };
  const approved = async (on: Lab): Promise<string> => {
    const planId = await planned(on);
    await on.people.owner.decide('approve', planId);
    return planId;
  };
  /** The call happened once, its entry is there, and its answer says so. */
  const expectAnswered = async (on: Lab, way: string): Promise<void> => {
    const call = await WAYS[way]?.(on, await planned(on));
    if (!call) throw new Error(`No way: ${way}`);
    const before = (await rowCounts(on))['audit_entries'] ?? 0;
    const lost = proxy.loseCommitAnswers(1);
    const reply = await call();
    expect([lost(), reply.status]).toEqual([1, 200]);
    expect((await rowCounts(on))['audit_entries']).toBe(before + 1);
  };

  test.each(Object.keys(WAYS))(
    '%s is answered by what became of it [commit.lost-answer]',
    (way) => expectAnswered(lab, way),
    30_000,
  );

  /** The answer of COMMIT is lost, and from then on the store is silent. */
  const callIntoSilence = async (call: () => Promise<WireReply>): Promise<WireReply> => {
    const real = Database.prototype.outcomeOf;
    const spy = jest.spyOn(Database.prototype, 'outcomeOf').mockImplementation(function (this: Database, ...args) {
      proxy.holdStill();
      return real.apply(this, args);
    });
    const lost = proxy.loseCommitAnswers(1);
    try {
      const reply = await call();
      expect(lost()).toBe(1);
      return reply;
    } finally {
      spy.mockRestore();
      proxy.goOn();
    }
  };

  test('a commit that nobody can tell about says so, and the same call again has its receipt [commit.lost-answer]', async () => {
    const planId = await approved(lab);
    const reply = await callIntoSilence(() => lab.wire.call(COMMIT, { planId }, { idempotencyKey: KEY }));
    expect(reply).toMatchObject({ status: 503, json: { code: 'unavailable', retryable: true } });
    expect(reply.json['detail']).toBe(
      'It is not known whether this happened. Repeat this very call; do not make a new plan.',
    );
    const again = await lab.wire.call(COMMIT, { planId }, { idempotencyKey: KEY });
    expect(again).toMatchObject({ status: 200, json: { repeated: true, receipt: { planId } } });
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'committed', articles: 1, effects: 1 });
  }, 40_000);

  test("a person's act that nobody can tell about says so [commit.lost-answer]", async () => {
    const planId = await planned(lab);
    const { json } = await lab.people.owner.call('show_plan', { planId });
    const { planDigest = '', shownDigest = '' } = json['plan'] as Record<string, string>;
    const reply = await callIntoSilence(() =>
      lab.people.owner.call('reject', { planId, planDigest, shownDigest, decision: 'reject' }),
    );
    expect(reply.status).toBe(503);
    expect(reply.json['detail']).toBe(
      'It is not known whether this happened. Look whether it did before you do it again.',
    );
  }, 40_000);

  test('a broken twin that says "nothing was changed" is caught [check.twins, commit.lost-answer]', async () => {
    type Recorded = (database: Pick<Database, 'transaction' | 'outcomeOf'>, ...rest: unknown[]) => unknown;
    const broken = await startBrokenLab(
      {
        module: 'backend-mock/src/audit/recorded.ts',
        instead: (real) => ({
          recorded: (database: Database, ...rest: unknown[]) =>
            (real['recorded'] as Recorded)(
              { transaction: (work) => database.transaction(work), outcomeOf: () => Promise.resolve('undone') },
              ...rest,
            ),
        }),
      },
      { databaseUrl: proxy.through(await postgres.createDatabase()) },
    );
    try {
      await expectCaught(() => expectAnswered(broken, 'a read'));
    } finally {
      await broken.stop();
    }
  }, 60_000);
});
