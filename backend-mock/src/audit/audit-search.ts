import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { AuditEntry, Outcome } from './entry.ts';

/** What people look for; everything that is given has to hold. Times in milliseconds since the epoch, both inclusive. */
export interface EntrySearch {
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly traceId?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Position of the last entry that was seen: what comes is older. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface FoundEntry {
  /** Stays with the entry for good. */
  readonly position: number;
  readonly entry: AuditEntry;
}

/** Entries by what they say, newest first; of one moment, the later written one first. */
export async function searchEntries(tx: Tx, search: EntrySearch): Promise<FoundEntry[]> {
  let query = tx
    .selectFrom('audit_entries')
    .select(['position', 'entry'])
    .orderBy('time', 'desc')
    .orderBy('position', 'desc')
    .limit(search.limit);
  if (search.agent !== undefined) query = query.where('agent', '=', search.agent);
  if (search.tool !== undefined) query = query.where('tool', '=', search.tool);
  if (search.outcome !== undefined) query = query.where('outcome', '=', search.outcome);
  if (search.traceId !== undefined) query = query.where('trace_id', '=', search.traceId);
  if (search.from !== undefined) query = query.where('time', '>=', search.from);
  if (search.to !== undefined) query = query.where('time', '<=', search.to);
  if (search.before !== undefined) {
    const { before } = search;
    const last = await tx.selectFrom('audit_entries').select('time').where('position', '=', before).executeTakeFirst();
    if (!last) return [];
    query = query.where((where) => where(where.refTuple('time', 'position'), '<', where.tuple(last.time, before)));
  }
  const rows = await query.execute();
  return rows.map(({ position, entry }) => ({ position, entry: JSON.parse(entry) as AuditEntry }));
}

export const HOUR_MS = 3_600_000;

/** What one role of agents did in one hour. */
export interface HourCount {
  readonly agent: string;
  /** Hours since the epoch. */
  readonly hour: number;
  /** All calls, the denied ones too. */
  readonly calls: number;
  readonly denials: number;
}

/** Calls and denials per agent and hour, from an hour on. A grant that was given is no call; one that was refused is a denial. */
export async function countPerHour(tx: Tx, fromHour: number): Promise<HourCount[]> {
  // A literal: a bound number would be a fraction to one of the engines.
  const hour = sql<number>`time / ${sql.lit(HOUR_MS)}`;
  const rows = await tx
    .selectFrom('audit_entries')
    .select(['agent', hour.as('hour')])
    .select((of) => of.fn.countAll<number>().as('calls'))
    .select(sql<number>`sum(case when outcome in ('refused', 'failed') then 1 else 0 end)`.as('denials'))
    .where('time', '>=', fromHour * HOUR_MS)
    .where('agent', 'is not', null)
    .where((where) => where.not(where.and([where('tool', '=', 'oauth.token'), where('outcome', '=', 'succeeded')])))
    .groupBy(['agent', hour])
    .orderBy('agent')
    .orderBy(hour)
    .execute();
  return rows.map((row) => ({
    agent: row.agent ?? '',
    hour: row.hour,
    calls: row.calls,
    denials: row.denials,
  }));
}

/** When each registered credential last did anything, in milliseconds since the epoch; never used ones are left out. */
export async function lastUses(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx
    .selectFrom('api_tokens')
    .select('api_tokens.keyid')
    .select((of) =>
      of
        .selectFrom('audit_entries')
        .select((within) => within.fn.max('time').as('time'))
        .whereRef('audit_entries.keyid', '=', 'api_tokens.keyid')
        .as('used'),
    )
    .execute();
  return new Map(rows.flatMap(({ keyid, used }) => (used === null ? [] : [[keyid, used]])));
}
