import type { Tx } from '../database/database.ts';
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

/** Inserting first makes a row to lock; the assignment in the conflict changes nothing but takes that lock. */
async function lockRow(tx: Tx, key: string): Promise<number> {
  const row = await tx
    .insertInto('limits')
    .values({ key, tat: 0 })
    .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ key: eb.ref('excluded.key') })))
    .returning('tat')
    .executeTakeFirstOrThrow();
  return row.tat;
}

/** Waits for every other transaction that holds one of these rows. In key order, so that nobody waits in a circle. */
export async function lockLimits(tx: Tx, keys: readonly string[]): Promise<void> {
  for (const key of keys.toSorted()) await lockRow(tx, key);
}

/**
 * Takes one call from every limit, or from none when one of them is used up. Rows are locked in key order, so that two
 * calls that share limits cannot wait for each other in a circle.
 *
 * @param locks further rows to lock; nothing is taken from them.
 */
export async function takeFromLimits(
  tx: Tx,
  limits: readonly Limit[],
  now: number,
  locks: readonly string[] = [],
): Promise<LimitState[]> {
  const byKey = new Map(limits.map((limit) => [limit.key, limit]));
  const states: LimitState[] = [];
  for (const key of [...byKey.keys(), ...locks].toSorted()) {
    const tat = await lockRow(tx, key);
    const limit = byKey.get(key);
    if (limit) states.push({ limit, ...gcra(tat === 0 ? undefined : tat, now, limit.quota) });
  }
  if (states.every((state) => state.allowed)) {
    for (const state of states) {
      await tx
        .updateTable('limits')
        .set({ tat: Math.ceil(state.tat) })
        .where('key', '=', state.limit.key)
        .execute();
    }
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
