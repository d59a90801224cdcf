import type { JsonObject } from '@narrow-deputies/contracts';
import type { Tx } from '../database/database.ts';
import { rfc3339 } from '../common/clock.ts';

export interface EntryFilter {
  readonly plan?: string | undefined;
  readonly limit: number;
}

/** Entries, newest first, each as the object that was written. */
export async function listEntries(tx: Tx, filter: EntryFilter): Promise<JsonObject[]> {
  let query = tx.selectFrom('audit_entries').select(['entry']).orderBy('position', 'desc').limit(filter.limit);
  if (filter.plan !== undefined) query = query.where('plan_id', '=', filter.plan);
  const rows = await query.execute();
  return rows.map((row) => JSON.parse(row.entry) as JsonObject);
}

/** Counts of refused noise whose minute is still running, in the shape of the entries that they will become. */
export async function listOpenCounts(tx: Tx, environment: string, limit: number): Promise<JsonObject[]> {
  const rows = await tx.selectFrom('refusal_counts').selectAll().orderBy('last_at', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    v: 2,
    auditId: row.audit_id,
    time: rfc3339(row.last_at),
    environment,
    source: row.source,
    tool: row.route,
    kind: 'noise',
    code: row.code,
    decision: 'deny',
    outcome: 'refused',
    plan: null,
    details: noiseDetails(row),
  }));
}

export interface RefusalCount {
  readonly source: string;
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly sample_digest: string;
}

/** What the log keeps of refusals that could not be attributed to anyone. */
export const noiseDetails = (row: RefusalCount): JsonObject => ({
  source: row.source,
  count: row.count,
  first: rfc3339(row.first_at),
  last: rfc3339(row.last_at),
  sampleDigest: row.sample_digest,
});
