import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database, Tx } from '../../src/database/database.ts';

const POLL_MS = 5;
const POLLS = 500;

class RolledBack extends Error {}

/**
 * Runs two transactions that overlap: the second starts when the first has done its work and not yet ended. On PostgreSQL
 * the first ends only when the second is seen to wait for one of its locks; on SQLite the second waits for the writer.
 *
 * @returns how each of them ended; the first is `rolled back` where it was told to.
 */
export async function overlap<A, B>(
  store: Database,
  first: (tx: Tx) => Promise<A>,
  second: (tx: Tx) => Promise<B>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
  const worked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const ahead = store.transaction(async (tx) => {
    const result = await first(tx).finally(() => worked.resolve());
    await gate.promise;
    if (end === 'rollback') throw new RolledBack();
    return result;
  });
  await worked.promise;
  const behind = store.transaction(second);
  const both = Promise.allSettled([ahead, behind]);
  try {
    if (store.engine === 'postgres') await untilBlocked(store);
  } finally {
    gate.resolve();
  }
  return both;
}

/** Waits until some transaction of this store waits for a lock of another. */
export async function untilBlocked(store: Database): Promise<void> {
  for (let poll = 0; poll < POLLS; poll++) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(store.db);
    if ((rows[0]?.waiting ?? 0) > 0) return;
    await wait(POLL_MS);
  }
  throw new Error('No transaction waits for a lock.');
}

/** The value of a transaction that succeeded. @throws what it threw. */
export function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason;
}

/** Transactions that a store on PostgreSQL can have open: the size of its pool. */
const OPEN_AT_ONCE = 10;

/**
 * Runs the same work many times at once, each in a transaction of its own. On PostgreSQL none of them works before as
 * many as can be have begun; on SQLite there is one writer at a time anyway.
 */
export async function atOnce<T>(
  store: Database,
  times: number,
  work: (tx: Tx, index: number) => Promise<T>,
): Promise<T[]> {
  const start = Promise.withResolvers<void>();
  let waiting = store.engine === 'postgres' ? Math.min(times, OPEN_AT_ONCE) : 1;
  const one = (index: number): Promise<T> =>
    store.transaction(async (tx) => {
      if (--waiting === 0) start.resolve();
      await start.promise;
      return work(tx, index);
    });
  return Promise.all(Array.from({ length: times }, (_, index) => one(index)));
}
