import { describe, expect, test } from '@jest/globals';
import { insertApproval } from '../../src/approvals/approvals-repository.ts';
import { searchPast, type PastPlan } from '../../src/console/pages/history-search.ts';
import type { HistoryFilter } from '../../src/console/pages/history-filter.ts';
import type { Database } from '../../src/database/database.ts';
import { insertPerson } from '../../src/people/people-repository.ts';
import { insertPlan } from '../../src/plans/plans-repository.ts';
import { ENGINES, useStores } from '../support/engines.ts';
import { makePlan, MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';
import { makeDecision } from '../support/shown-plans.ts';

const STATES = ['committed', 'rejected', 'expired', 'stale', 'revoked', 'pending_approval', 'released'] as const;
const LATER = NOON + 60 * MINUTE;

describe.each(ENGINES)('plans that are over, on %s [store.engines]', (engine) => {
  const stores = useStores(engine);

  /** One plan of each state, one minute after another; the last two are open for an hour. */
  async function stocked(): Promise<{ database: Database; ids: Record<(typeof STATES)[number], string> }> {
    const database = await stores.fresh();
    const plans = STATES.map((state, index) =>
      makePlan({
        state,
        createdAt: NOON + index * MINUTE,
        expiresAt: state === 'pending_approval' || state === 'released' ? LATER : NOON,
      }),
    );
    await database.transaction(async (tx) => {
      for (const person of [OWNER, REVIEWER]) await insertPerson(tx, person, NOON);
      for (const plan of plans) await insertPlan(tx, plan, []);
    });
    const ids = Object.fromEntries(plans.map(({ state, id }) => [state, id])) as Record<
      (typeof STATES)[number],
      string
    >;
    return { database, ids };
  }
  const search = (database: Database, filter: HistoryFilter, now = NOON, limit = 10): Promise<PastPlan[]> =>
    database.transaction((tx) => searchPast(tx, filter, now, limit));
  const statesOf = (found: readonly PastPlan[]): string[] => found.map(({ state }) => state);

  test('are found newest first, and open ones are not', async () => {
    const { database } = await stocked();
    expect(statesOf(await search(database, {}))).toEqual(['revoked', 'stale', 'expired', 'rejected', 'committed']);
  });

  test('are found by how they ended', async () => {
    const { database, ids } = await stocked();
    for (const state of ['committed', 'rejected', 'expired', 'stale', 'revoked'] as const) {
      expect((await search(database, { state })).map(({ id }) => id)).toEqual([ids[state]]);
    }
  });

  test('count as expired when their time has passed, also before anybody wrote that down', async () => {
    const { database, ids } = await stocked();
    const expired = await search(database, { state: 'expired' }, LATER);
    expect(expired.map(({ id }) => id)).toEqual([ids.released, ids.pending_approval, ids.expired]);
    expect(statesOf(expired)).toEqual(['expired', 'expired', 'expired']);
    expect(await search(database, {}, LATER - 1)).toHaveLength(5);
  });

  test('go on behind the last one that was seen, each once', async () => {
    const { database } = await stocked();
    const first = await search(database, {}, LATER, 4);
    const rest = await search(database, { before: first.at(-1) }, LATER, 4);
    expect(new Set([...first, ...rest].map(({ id }) => id)).size).toBe(STATES.length);
  });

  test('come with who decided, in order', async () => {
    const { database, ids } = await stocked();
    const at = { planId: ids.rejected };
    await database.transaction(async (tx) => {
      await insertApproval(
        tx,
        makeDecision({ ...at, id: 'a', decision: 'reject', reason: 'No.', createdAt: NOON + 2 }),
      );
      await insertApproval(tx, makeDecision({ ...at, id: 'b', personId: OWNER.id, createdAt: NOON + 1 }));
    });
    const [found] = await search(database, { state: 'rejected' });
    expect(found?.decisions).toEqual([
      { name: 'owner', decision: 'approve', reason: null, at: NOON + 1 },
      { name: 'reviewer', decision: 'reject', reason: 'No.', at: NOON + 2 },
    ]);
  });
});
