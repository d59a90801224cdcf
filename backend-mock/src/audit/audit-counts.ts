import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';

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

/** Calls and denials per agent and hour, from an hour on, each counted that a server reported. A grant that was given is no call; one that was refused is a denial. */
export async function countPerHour(tx: Tx, fromHour: number): Promise<HourCount[]> {
  // A literal: a bound number would be a fraction to one of the engines.
  const hour = sql<number>`time / ${sql.lit(HOUR_MS)}`;
  const rows = await tx
    .selectFrom('audit_entries')
    .select(['agent', hour.as('hour')])
    .select((of) => of.fn.sum<number>('refusals').as('calls'))
    .select(sql<number>`sum(case when outcome in ('refused', 'failed') then refusals else 0 end)`.as('denials'))
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
