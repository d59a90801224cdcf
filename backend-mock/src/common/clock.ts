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
 * In a rehearsal time stands still at its beginning: what it proves must not depend on how long it takes.
 *
 * @returns milliseconds since the epoch.
 * @throws Refusal `unavailable` when the clock has fallen further behind than it may.
 */
export async function currentTime(database: Database, tx: Reader): Promise<number> {
  if (database.heldTime !== undefined) return database.heldTime;
  const { rows } = await sql<{ now: number; highest: number | null }>`
    select ${database.clock} as now, (select max(time) from audit_entries) as highest`.execute(tx);
  const now = rows[0]?.now ?? Number.NaN;
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

/**
 * How far this process's own clock is from the store's, at the least: the store said its time at some moment between
 * question and answer.
 *
 * @returns milliseconds, positive where this process is ahead.
 */
export async function clockOffset(database: Database): Promise<number> {
  const askedAt = Date.now();
  const theirs = await database.now(database.db);
  const ahead = askedAt - theirs;
  const behind = theirs - Date.now();
  if (ahead > 0) return ahead;
  return behind > 0 ? -behind : 0;
}
