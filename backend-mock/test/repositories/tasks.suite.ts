import { beforeEach, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import type { Database, Tx } from '../../src/database/database.ts';
import { insertPerson } from '../../src/people/people-repository.ts';
import { covers, type Task, type TaskUse } from '../../src/tasks/task.ts';
import {
  coveringTask,
  findTask,
  insertTask,
  listTasks,
  revokeTask,
  spendTask,
} from '../../src/tasks/tasks-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makeSigner } from '../support/evidence.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';
import { keyTask, refundUse } from '../support/task-rows.ts';

const SIGNER = makeSigner(OWNER.id);
const UPDATE: Partial<TaskUse> = { tool: 'commit_update_ticket', money: null };

export function tasksSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    for (const person of [OWNER, REVIEWER]) await store.transaction((tx) => insertPerson(tx, person, NOON));
  });
  const insert = async (differs: Partial<Task> = {}): Promise<Task> => {
    const task = { ...keyTask(SIGNER), ...differs };
    await store.transaction((tx) => insertTask(tx, task));
    return task;
  };
  const covering = (use: TaskUse | undefined, now = NOON): Promise<string | null> =>
    store.transaction(async (tx) => {
      const { rows } = await sql<{ task: string | null }>`select ${coveringTask(use, now)} as task`.execute(tx);
      return rows[0]?.task ?? null;
    });
  const spend = (id: string, use: TaskUse, now = NOON): Promise<boolean> =>
    store.transaction((tx) => spendTask(tx, now, id, use));
  const usedOf = async ({ id }: Task): Promise<[spent: number, uses: number]> => {
    const task = await store.transaction((tx) => findTask(tx, id));
    return [task?.spent ?? Number.NaN, task?.uses ?? Number.NaN];
  };

  test('a task is kept whole', async () => {
    const task = await insert({ usesMaximum: 3 });
    expect(await store.transaction((tx) => findTask(tx, task.id))).toEqual(task);
    const plain = await insert({ id: 'plain', sum: null, sumPointer: null, tools: ['commit_update_ticket'] });
    expect(await store.transaction((tx) => findTask(tx, 'plain'))).toEqual(plain);
    expect(await store.transaction((tx) => findTask(tx, 'other'))).toBeUndefined();
  });

  test("they are listed with the newest first: one's own, or everybody's", async () => {
    await insert({ id: 'a', createdAt: NOON });
    await insert({ id: 'b', createdAt: NOON + 1, ownerId: REVIEWER.id });
    await insert({ id: 'c', createdAt: NOON + 2 });
    const idsOf = async (limit: number, owner?: string): Promise<string[]> =>
      (await store.transaction((tx) => listTasks(tx, limit, owner))).map(({ id }) => id);
    expect(await idsOf(9)).toEqual(['c', 'b', 'a']);
    expect(await idsOf(9, OWNER.id)).toEqual(['c', 'a']);
    expect(await idsOf(1)).toEqual(['c']);
  });

  test('the task that covers a use is found, the one that ends first [task.bounds]', async () => {
    expect(await covering(refundUse(500))).toBeNull();
    const later = await insert();
    const sooner = await insert({ id: 'sooner', expiresAt: NOON + MINUTE });
    expect(await covering(refundUse(500))).toBe(sooner.id);
    expect(await covering(refundUse(500), NOON + MINUTE)).toBe(later.id);
    expect(await covering(undefined)).toBeNull();
  });

  test('it is found beside whatever else a statement asks for', async () => {
    const { id } = await insert();
    const { rows } = await store.transaction((tx) =>
      sql<{ id: string; task: string | null }>`
        select id, ${coveringTask(refundUse(1), NOON)} as task from people order by id`.execute(tx),
    );
    expect(rows).toEqual([OWNER, REVIEWER].map((person) => ({ id: person.id, task: id })));
  });

  test('a use is counted once, with its sum', async () => {
    const task = await insert();
    expect(await spend(task.id, refundUse(1200))).toBe(true);
    expect(await spend(task.id, refundUse(0, UPDATE))).toBe(true);
    expect(await usedOf(task)).toEqual([1200, 2]);
    const row = await store.db.selectFrom('tasks').select('version').executeTakeFirstOrThrow();
    expect(row.version).toBe(3);
  });

  test('a name of a tool is no pattern and no part of another [task.bounds]', async () => {
    await insert({ tools: ['commit_refund_all'] });
    for (const tool of ['commit_refund', 'refund_all', 'commitXrefundXall', '%', 'commit_%', '', '"', ',']) {
      expect([tool, await covering(refundUse(1, { tool }))]).toEqual([tool, null]);
    }
    expect(await covering(refundUse(1, { tool: 'commit_refund_all' }))).not.toBeNull();
  });

  test('the store and the rule agree on what is covered, and only that is spent [task.bounds]', async () => {
    const either = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
    const some = fc.record({
      spent: either(0, 4000, 5000),
      uses: either(0, 1, 2),
      usesMaximum: either(null, 1, 2),
      state: either('active' as const, 'active' as const, 'revoked' as const),
      sum: either({ maximum: 5000, currency: 'EUR' }, { maximum: 5000, currency: 'USD' }, null),
      sumPointer: either('/amount', '/fee', null),
      tools: either(['commit_refund'], ['commit_refund', 'commit_update_ticket'], ['commit_refunds']),
    });
    const asked = fc.record({
      clientId: either('ticket-handler', 'ticket-handler', 'ticket-handler-two'),
      ownerId: either(OWNER.id, OWNER.id, REVIEWER.id),
      tool: either('commit_refund', 'commit_update_ticket'),
      resource: either({ type: 'ticket', id: '1842' }, { type: 'ticket', id: '1842' }, { type: 'order', id: '1842' }),
      money: fc.option(
        fc.record({ pointer: either('/amount'), amount: either(1, 1000, 5000, 5001), currency: either('EUR') }),
      ),
    });
    const base = keyTask(SIGNER);
    const property = fc.asyncProperty(
      some,
      asked,
      either(NOON, base.expiresAt - 1, base.expiresAt),
      async (differs, use, now) => {
        await store.db.deleteFrom('tasks').execute();
        const task = await insert({ ...base, ...differs });
        // A sum is kept whole or not at all.
        const stored = (await store.transaction((tx) => findTask(tx, task.id))) ?? task;
        const expected = covers(stored, use, now);
        expect(await covering(use, now)).toBe(expected ? task.id : null);
        expect(await spend(task.id, use, now)).toBe(expected);
        const used = expected ? [task.spent + (use.money?.amount ?? 0), task.uses + 1] : [task.spent, task.uses];
        expect(await usedOf(task)).toEqual(used);
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  test('whatever is asked for in whatever order, what is spent never exceeds the sum [task.sum]', async () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 5001 }), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(amounts, async (wanted) => {
      await store.db.deleteFrom('tasks').execute();
      const task = await insert();
      let spent = 0;
      for (const amount of wanted) {
        const fits = spent + amount <= 5000;
        if (fits) spent += amount;
        expect(await spend(task.id, refundUse(amount))).toBe(fits);
      }
      expect((await usedOf(task))[0]).toBe(spent);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  /** Ten commits of 30.00 EUR race for 50.00. @returns how many were counted. */
  const race = async (one: (tx: Tx, id: string, use: TaskUse) => Promise<boolean>): Promise<number> => {
    const { id } = await insert();
    const counted = await atOnce(store, 10, (tx) => one(tx, id, refundUse(3000)));
    return counted.filter(Boolean).length;
  };

  test('of commits that race as many are counted as the sum holds [task.sum]', async () => {
    expect(await race((tx, id, use) => spendTask(tx, NOON, id, use))).toBe(1);
  });

  test('commits that only look before they spend pass the sum, where transactions overlap at all [check.twins, task.sum]', async () => {
    const looked = Promise.withResolvers<void>();
    let looking = store.engine === 'postgres' ? 10 : 1;
    const counted = await race(async (tx, id, use) => {
      const task = await findTask(tx, id);
      if (--looking === 0) looked.resolve();
      await looked.promise;
      if (!task || !covers(task, use, NOON)) return false;
      await sql`update tasks set spent = spent + ${use.money?.amount ?? 0} where id = ${id}`.execute(tx);
      return true;
    });
    expect(counted).toBe(store.engine === 'postgres' ? 10 : 1);
  });

  test('of commits that race as many are counted as there are uses [task.sum]', async () => {
    const task = await insert({ usesMaximum: 3 });
    const counted = await atOnce(store, 10, (tx) => spendTask(tx, NOON, task.id, refundUse(1)));
    expect(counted.filter(Boolean)).toHaveLength(3);
    expect(await usedOf(task)).toEqual([3, 3]);
  });

  test('one that waited for another sees what that one spent, and takes its place when it failed [task.sum]', async () => {
    const first = await insert();
    const on = (task: Task) => (tx: Tx) => spendTask(tx, NOON, task.id, refundUse(3000));
    const undone = await overlap(store, on(first), on(first), 'rollback');
    expect(valueOf(undone[1])).toBe(true);
    expect(await usedOf(first)).toEqual([3000, 1]);
    const second = await insert();
    expect((await overlap(store, on(second), on(second))).map(valueOf)).toEqual([true, false]);
    expect(await usedOf(second)).toEqual([3000, 1]);
  });

  test('nothing is covered or spent once it is revoked, and that happens once [task.ended]', async () => {
    const task = await insert();
    const revoke = (tx: Tx): Promise<boolean> => revokeTask(tx, task.id, { person: OWNER.id, at: NOON + 5 });
    const [revoked, spent] = await overlap(store, revoke, (tx) => spendTask(tx, NOON, task.id, refundUse(1)));
    expect([valueOf(revoked), valueOf(spent)]).toEqual([true, false]);
    expect(await store.transaction(revoke)).toBe(false);
    expect(await store.transaction((tx) => revokeTask(tx, 'other', { person: OWNER.id, at: NOON }))).toBe(false);
    expect(await covering(refundUse(1))).toBeNull();
    expect(await store.transaction((tx) => findTask(tx, task.id))).toMatchObject({
      state: 'revoked',
      revokedBy: OWNER.id,
      revokedAt: NOON + 5,
      spent: 0,
    });
  });
}
