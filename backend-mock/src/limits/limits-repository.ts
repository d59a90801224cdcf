import type { Tx } from '../database/database.ts';
import { gcra, type GcraResult, type Quota } from './gcra.ts';

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
 * Takes one call from every limit, or from none when one of them is used up. Rows are locked in key order, so that two
 * calls that share limits cannot wait for each other in a circle.
 */
export async function takeFromLimits(tx: Tx, limits: readonly Limit[], now: number): Promise<LimitState[]> {
  const ordered = limits.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const states: LimitState[] = [];
  for (const limit of ordered) {
    // Inserting first makes a row to lock; the assignment in the conflict changes nothing but takes that lock.
    const row = await tx
      .insertInto('limits')
      .values({ key: limit.key, tat: 0 })
      .onConflict((conflict) => conflict.column('key').doUpdateSet((eb) => ({ key: eb.ref('excluded.key') })))
      .returning('tat')
      .executeTakeFirstOrThrow();
    states.push({ limit, ...gcra(row.tat === 0 ? undefined : row.tat, now, limit.quota) });
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
