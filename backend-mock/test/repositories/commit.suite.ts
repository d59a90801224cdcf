import { beforeEach, expect, test } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { PlanState } from '../../src/database/schema.ts';
import type { Plan } from '../../src/plans/plan.ts';
import { findPlan, insertPlan, markCommitted } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { inTwoProcesses } from '../support/processes.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { makePlan, NOON } from '../support/rows.ts';

const NOT_COMMITTABLE: readonly PlanState[] = [
  'planned',
  'pending_approval',
  'committed',
  'rejected',
  'expired',
  'revoked',
  'stale',
];

export function commitsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const insert = (plan: Plan): Promise<void> => store.transaction((tx) => insertPlan(tx, plan, []));
  const find = (plan: Plan): Promise<Plan | undefined> => store.transaction((tx) => findPlan(tx, plan.id));
  const mark = (plan: Plan, now = NOON): Promise<boolean> =>
    store.transaction((tx) => markCommitted(tx, plan, now, {}));

  test('commits a released plan once, with the time of its commit', async () => {
    const plan = makePlan({ state: 'released' });
    await insert(plan);
    expect(await mark(plan, NOON + 7)).toBe(true);
    expect(await find(plan)).toEqual({ ...plan, state: 'committed', committedAt: NOON + 7, receipt: {} });
    expect(await mark(plan, NOON + 8)).toBe(false);
    expect(await find(plan)).toEqual({ ...plan, state: 'committed', committedAt: NOON + 7, receipt: {} });
  });

  const others: readonly (readonly [string, Partial<Plan>])[] = [
    ['id', { id: 'another' }],
    ['client', { clientId: 'another' }],
    ['commit tool', { commitTool: 'commit_unpublish_article' }],
    ['digest', { digest: `sha-256:${'0'.repeat(64)}` }],
    ['environment', { environment: 'production' }],
  ];
  test.each(others)('refuses when the row has another %s, and changes nothing', async (_condition, differs) => {
    const plan = makePlan({ state: 'released' });
    await insert(plan);
    expect(await mark({ ...plan, ...differs })).toBe(false);
    expect(await find(plan)).toEqual(plan);
    expect(await mark(plan)).toBe(true);
  });

  test.each(NOT_COMMITTABLE)('refuses a plan that is %s, and changes nothing', async (state) => {
    const plan = makePlan({ state });
    await insert(plan);
    expect(await mark(plan)).toBe(false);
    expect(await mark({ ...plan, state: 'released' })).toBe(false);
    expect(await find(plan)).toEqual(plan);
  });

  test('refuses a plan from the very millisecond of its expiry on, by the row and not by the caller', async () => {
    const plan = makePlan({ state: 'released', expiresAt: NOON });
    await insert(plan);
    expect(await mark({ ...plan, expiresAt: NOON + 1000 }, NOON)).toBe(false);
    expect(await mark(plan, NOON + 1)).toBe(false);
    expect(await find(plan)).toEqual(plan);
    expect(await mark(plan, NOON - 1)).toBe(true);
  });

  test('of 10 concurrent attempts exactly one commits', async () => {
    const plan = makePlan({ state: 'released' });
    await insert(plan);
    const marked = await atOnce(store, 10, (tx) => markCommitted(tx, plan, NOON, {}));
    expect(marked.filter(Boolean)).toHaveLength(1);
  });

  test('an attempt that waited for another sees its commit', async () => {
    const plan = makePlan({ state: 'released' });
    await insert(plan);
    const results = await overlap(
      store,
      (tx) => markCommitted(tx, plan, NOON, {}),
      (tx) => markCommitted(tx, plan, NOON, {}),
    );
    expect(results.map(valueOf)).toEqual([true, false]);
  });

  test('an attempt that waited for another that failed commits in its place', async () => {
    const plan = makePlan({ state: 'released' });
    await insert(plan);
    const [, second] = await overlap(
      store,
      (tx) => markCommitted(tx, plan, NOON, {}),
      (tx) => markCommitted(tx, plan, NOON, {}),
      'rollback',
    );
    expect(valueOf(second)).toBe(true);
  });

  test('of two processes at one store exactly one commits each plan', async () => {
    const location = await stores.freshLocation();
    const here = stores.open(location);
    const plans = Array.from({ length: 20 }, () => makePlan({ state: 'released' }));
    await here.transaction(async (tx) => {
      for (const plan of plans) await insertPlan(tx, plan, []);
    });
    const won = await inTwoProcesses(location, { name: 'commit', plans: plans.map(({ id }) => id), now: NOON });
    expect(won.reduce((sum, each) => sum + each)).toBe(20);
  });
}
