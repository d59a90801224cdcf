import type { JsonObject } from '@narrow-deputies/contracts';
import { rfc3339 } from '../common/clock.ts';
import type { Tx } from '../database/database.ts';
import { onPostgres } from '../database/due-rows.ts';

/** Payloads that were deleted with their salts, by the entries that they belonged to: how many, and which at most. */
export interface Erased {
  readonly count: number;
  /** Milliseconds; null for none. */
  readonly from: number | null;
  readonly to: number | null;
  /** Places in the log of the first and the last; null where none of them has its place yet. */
  readonly firstIndex: number | null;
  readonly lastIndex: number | null;
}

/** @returns what was deleted by this call; what another one took meanwhile is not among it. */
export async function erasePayloads(tx: Tx, auditIds: readonly string[]): Promise<Erased> {
  const deleted =
    auditIds.length === 0
      ? []
      : await tx.deleteFrom('audit_payloads').where('audit_id', 'in', auditIds).returning('audit_id').execute();
  if (deleted.length === 0) return { count: 0, from: null, to: null, firstIndex: null, lastIndex: null };
  const range = await tx
    .selectFrom('audit_entries')
    .select(({ fn }) => [
      fn.min('time').as('from'),
      fn.max('time').as('to'),
      fn.min('log_index').as('firstIndex'),
      fn.max('log_index').as('lastIndex'),
    ])
    .where(
      'audit_id',
      'in',
      deleted.map((row) => row.audit_id),
    )
    .executeTakeFirstOrThrow();
  return { count: deleted.length, ...range };
}

/** What an entry says of a deletion. */
export const erasedDetails = ({ count, from, to, firstIndex, lastIndex }: Erased): JsonObject => ({
  count,
  from: from === null ? null : rfc3339(from),
  to: to === null ? null : rfc3339(to),
  firstIndex,
  lastIndex,
});

/** Payloads of the oldest entries from before a time, in milliseconds. */
export async function payloadsBefore(tx: Tx, time: number, limit: number): Promise<string[]> {
  const oldest = tx
    .selectFrom('audit_payloads')
    .select('audit_id')
    .where('time', '<', time)
    .orderBy('time')
    .limit(limit);
  // What an erasure holds is its own.
  const rows = await (onPostgres(tx) ? oldest.forUpdate().skipLocked() : oldest).execute();
  return rows.map((row) => row.audit_id);
}
