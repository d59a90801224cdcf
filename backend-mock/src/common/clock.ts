import { sql } from 'kysely';
import type { Database, Reader } from '../database/database.ts';
import { Refusal } from './refusal.ts';

/** How far the database's clock may fall behind the highest time that it ever stored, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 5_000;

/**
 * The time that decides everything inside one transaction: the larger of the database's own clock and the newest audit
 * entry (each call writes one, so that is the highest time ever stored). Time therefore never runs backwards for an
 * expiry or a limit.
 *
 * @returns milliseconds since the epoch.
 * @throws Refusal `unavailable` when the clock has fallen further behind than it may.
 */
export async function currentTime(database: Database, tx: Reader): Promise<number> {
  const now = await database.now(tx);
  const { rows } = await sql<{ highest: number | null }>`select max(time) as highest from audit_entries`.execute(tx);
  const highest = rows[0]?.highest ?? 0;
  if (now < highest - CLOCK_TOLERANCE_MS) {
    throw new Refusal('unavailable', {
      detail: "The service's clock has fallen behind; nothing is accepted until it is set right.",
    });
  }
  return Math.max(now, highest);
}

/** RFC 3339 in UTC with milliseconds. */
export const rfc3339 = (milliseconds: number): string => new Date(milliseconds).toISOString();
