import { beforeEach, expect, test } from '@jest/globals';
import { digestOfBytes } from '@narrow-deputies/signing';
import { isUniqueViolation, type Database } from '../../src/database/database.ts';
import type { PlanState } from '../../src/database/schema.ts';
import type { Plan } from '../../src/plans/plan.ts';
import {
  countOpen,
  expirePlans,
  findOpenTwin,
  findPlan,
  insertPlan,
  listPending,
  movePlan,
  revokePlans,
  markCommitted,
  storedContents,
} from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce, overlap } from '../support/race.ts';
import { makePlan, MINUTE, NOON } from '../support/rows.ts';

const STATES: readonly PlanState[] = [
  'planned',
  'pending_approval',
  'released',
  'committed',
  'rejected',
  'expired',
  'revoked',
  'stale',
];
const CLOSED = STATES.filter((state) => state !== 'pending_approval' && state !== 'released');

export function plansSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const insert = (...plans: Plan[]): Promise<void> =>
    store.transaction(async (tx) => {
      for (const plan of plans) await insertPlan(tx, plan, []);
    });
  const find = (id: string): Promise<Plan | undefined> => store.transaction((tx) => findPlan(tx, id));

  test('a plan is read as it was written, with the exact bytes that it carries', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const plan = makePlan({ runId: 'run', taskId: 'task', preview: { title: 'Grüße, 茶 𝕏', tags: [] } });
    await store.transaction((tx) => insertPlan(tx, plan, [{ name: 'draft', digest: digestOfBytes(bytes), bytes }]));
    expect(await find(plan.id)).toEqual(plan);
    expect(await find('another')).toBeUndefined();
    const contents = await store.transaction((tx) => storedContents(tx, plan.id));
    expect([...contents]).toEqual([['draft', { digest: digestOfBytes(bytes), bytes: Buffer.from(bytes) }]]);
    expect([...(await store.transaction((tx) => storedContents(tx, 'other')))]).toEqual([]);
  });

  test('a receipt is kept with its plan', async () => {
    const plan = makePlan({ state: 'released' });
    await insert(plan);
    const receipt = { auditId: 'a', result: { slug: 'tea' } };
    expect(await store.transaction((tx) => markCommitted(tx, plan, NOON, receipt))).toBe(true);
    expect(await find(plan.id)).toEqual({ ...plan, state: 'committed', committedAt: NOON, receipt });
  });

  test('an identical open plan of the same client is refused by the store itself', async () => {
    const plan = makePlan();
    await insert(plan);
    const twin = makePlan({ fingerprint: plan.fingerprint, state: 'released' });
    const refused = await insert(twin).catch((error: unknown) => error);
    expect(isUniqueViolation(refused)).toBe(true);
    expect(await find(twin.id)).toBeUndefined();
  });

  test('of two identical plans that race exactly one is stored', async () => {
    const fingerprint = 'sha-256:same';
    const [first, second] = await overlap(
      store,
      (tx) => insertPlan(tx, makePlan({ fingerprint }), []),
      (tx) => insertPlan(tx, makePlan({ fingerprint }), []),
    );
    expect(first.status).toBe('fulfilled');
    expect(second.status === 'rejected' && isUniqueViolation(second.reason)).toBe(true);
  });

  test.each([
    ['client', { clientId: 'another' }],
    ['owner of the same client', { ownerId: 'p_another' }],
  ])('the same plan of another %s is a plan of its own', async (_whose, other) => {
    const plan = makePlan();
    const twin = makePlan({ fingerprint: plan.fingerprint, ...other });
    const search = (who: Plan): Promise<Plan | undefined> =>
      store.transaction((tx) => findOpenTwin(tx, who, plan.fingerprint));
    await insert(plan);
    expect(await search(twin)).toBeUndefined();
    await insert(twin);
    expect((await search(twin))?.id).toBe(twin.id);
    expect((await search(plan))?.id).toBe(plan.id);
  });

  test.each(CLOSED)('a plan that is %s is no twin and leaves room for a new one', async (state) => {
    const old = makePlan({ state });
    await insert(old);
    const search = (): Promise<Plan | undefined> => store.transaction((tx) => findOpenTwin(tx, old, old.fingerprint));
    expect(await search()).toBeUndefined();
    const fresh = makePlan({ fingerprint: old.fingerprint });
    await insert(fresh);
    expect((await search())?.id).toBe(fresh.id);
  });

  test('only plans that may still be committed count as open, per client and per owner', async () => {
    const client = { clientId: 'blog-publisher', ownerId: 'p_owner' };
    await insert(
      ...STATES.map((state) => makePlan({ state })),
      makePlan({ expiresAt: NOON }),
      makePlan({ clientId: 'another' }),
      makePlan({ ownerId: 'p_another' }),
    );
    const open = await store.transaction((tx) => countOpen(tx, client, NOON));
    expect(open).toEqual({ client: 2, owner: 3, twin: false, overdue: true });
  });

  test('the plans that wait for a person are listed newest first, without those whose time has passed', async () => {
    const older = makePlan({ createdAt: NOON - MINUTE });
    const newer = makePlan();
    await insert(older, newer, makePlan({ expiresAt: NOON }), makePlan({ state: 'released' }));
    const listed = await store.transaction((tx) => listPending(tx, NOON));
    expect(listed.map(({ id }) => id)).toEqual([newer.id, older.id]);
  });

  test('a plan moves only from the state that its mover saw', async () => {
    const plan = makePlan();
    await insert(plan);
    const move = (seen: PlanState): Promise<boolean> =>
      store.transaction((tx) => movePlan(tx, { id: plan.id, state: seen }, 'revoke'));
    expect(await move('released')).toBe(false);
    expect((await find(plan.id))?.state).toBe('pending_approval');
    expect(await move('pending_approval')).toBe(true);
    expect((await find(plan.id))?.state).toBe('revoked');
    expect(await move('pending_approval')).toBe(false);
  });

  test('an event that cannot happen in a state changes nothing', async () => {
    const plan = makePlan({ state: 'rejected' });
    await insert(plan);
    expect(await store.transaction((tx) => movePlan(tx, plan, 'release'))).toBe(false);
    expect(await find(plan.id)).toEqual(plan);
  });

  test('of an approval and a rejection that race exactly one moves the plan', async () => {
    const plan = makePlan();
    await insert(plan);
    const moved = await atOnce(store, 8, (tx, index) => movePlan(tx, plan, index % 2 ? 'release' : 'reject'));
    expect(moved.filter(Boolean)).toHaveLength(1);
  });

  test('plans expire at their time, and only open ones', async () => {
    const due = makePlan({ expiresAt: NOON });
    const dueReleased = makePlan({ expiresAt: NOON - 1, state: 'released' });
    const later = makePlan({ expiresAt: NOON + 1 });
    const closed = CLOSED.map((state) => makePlan({ state, expiresAt: NOON - 1 }));
    await insert(due, dueReleased, later, ...closed);
    expect(await store.transaction((tx) => expirePlans(tx, NOON))).toBe(2);
    expect((await find(due.id))?.state).toBe('expired');
    expect((await find(dueReleased.id))?.state).toBe('expired');
    for (const plan of [later, ...closed]) expect(await find(plan.id)).toEqual(plan);
  });

  test('revoking ends every open plan of one client and owner, and nothing else', async () => {
    const open = [makePlan(), makePlan({ state: 'released' })];
    const others = [
      makePlan({ clientId: 'another' }),
      makePlan({ ownerId: 'p_another' }),
      ...CLOSED.map((state) => makePlan({ state })),
    ];
    await insert(...open, ...others);
    expect(await store.transaction((tx) => revokePlans(tx, { clientId: 'blog-publisher', ownerId: 'p_owner' }))).toBe(
      2,
    );
    for (const plan of open) expect((await find(plan.id))?.state).toBe('revoked');
    for (const plan of others) expect(await find(plan.id)).toEqual(plan);
  });
}
