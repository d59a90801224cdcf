import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import { BATCH, someOf } from '../database/due-rows.ts';
import { gcra, tatWithCallsLeft, type GcraResult, type Quota } from './gcra.ts';

/** One limit that a call has to pass. */
export interface Limit {
  /** As it appears in the `RateLimit` header: `client`, `tool` or `owner`. */
  readonly name: string;
  /** Unique over all limits, for example `client:blog-publisher`. */
  readonly key: string;
  readonly quota: Quota;
}

export interface LimitState extends GcraResult {
  readonly limit: Limit;
}

/**
 * Rows that commits of one agent's role and of one tool wait for: what policy counts over all owners is then the same for
 * two commits at once as for two in a row.
 */
export const commitLocks = (agent: string, tool: string): string[] => [`agent:${agent}`, `all:${tool}`];

/**
 * Locks rows in key order, so that nobody waits in a circle: one statement. Inserting first makes a row to lock; the
 * assignment in the conflict changes nothing but takes that lock.
 *
 * @returns what each holds.
 */
async function lockRows(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .insertInto('limits')
    .values([...new Set(keys)].toSorted().map((key) => ({ key, tat: 0 })))
    .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ key: eb.ref('excluded.key') })))
    .returning(['key', 'tat'])
    .execute();
  return new Map(rows.map(({ key, tat }) => [key, tat]));
}

/** Waits for every other transaction that holds one of these rows. In key order, so that nobody waits in a circle. */
export async function lockLimits(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await lockRows(tx, keys);
}

/**
 * Takes one call from every limit, or from none when one of them is used up. Rows are locked in key order, so that two
 * calls that share limits cannot wait for each other in a circle.
 *
 * @param locks further rows to lock; nothing is taken from them.
 * @returns in key order.
 */
export async function takeFromLimits(
  tx: Tx,
  limits: readonly Limit[],
  now: number,
  locks: readonly string[] = [],
): Promise<LimitState[]> {
  const held = await lockRows(tx, [...limits.map(({ key }) => key), ...locks]);
  const inOrder = limits.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const states = inOrder.map((limit) => {
    const tat = held.get(limit.key) ?? 0;
    return { limit, ...gcra(tat === 0 ? undefined : tat, now, limit.quota) };
  });
  if (states.every((state) => state.allowed)) {
    await tx
      .insertInto('limits')
      .values(states.map(({ limit, tat }) => ({ key: limit.key, tat: Math.ceil(tat) })))
      .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ tat: eb.ref('excluded.tat') })))
      .execute();
  }
  return states;
}

/** Uses a limit up at `now` but for so many calls. */
export async function leaveCalls(tx: Tx, { key, quota }: Limit, now: number, left: number): Promise<void> {
  const tat = tatWithCallsLeft(now, quota, left);
  await tx
    .insertInto('limits')
    .values({ key, tat })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ tat }))
    .execute();
}

/** Forgets a batch of limits that are as good as unused. @returns how many. */
export async function forgetLimits(tx: Tx, now: number, most = BATCH): Promise<number> {
  const rows = { table: 'limits', due: sql<boolean>`tat < ${now}`, order: 'key', most } as const;
  const result = await tx.deleteFrom('limits').where(someOf(tx, rows)).executeTakeFirst();
  return Number(result.numDeletedRows);
}
