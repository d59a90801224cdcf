import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '../../database/database.ts';
import { BATCH, someOf } from '../../database/due-rows.ts';
import type { ChallengesTable } from '../../database/people-schema.ts';

/** How long an authenticator may take to answer. */
export const CHALLENGE_LIFE_MS = 2 * 60_000;

/** A nonce that nobody can guess, base64url. */
export const newNonce = (): string => randomBytes(32).toString('base64url');

export interface Challenge {
  readonly nonce: string;
  readonly purpose: ChallengesTable['purpose'];
  readonly bound: string;
}

export async function insertChallenge(tx: Tx, challenge: Challenge, now: number): Promise<void> {
  await tx
    .insertInto('challenges')
    .values({ ...challenge, expires_at: now + CHALLENGE_LIFE_MS })
    .execute();
}

/** Remembers that a challenge which is kept nowhere was answered. @returns false when it was before. */
export async function useChallenge(tx: Tx, nonce: string, endsAt: number): Promise<boolean> {
  const row = await tx
    .insertInto('challenges')
    .values({ nonce, purpose: 'sign_in', bound: '', expires_at: endsAt })
    .onConflict((conflict) => conflict.column('nonce').doNothing())
    .returning('nonce')
    .executeTakeFirst();
  return row !== undefined;
}

/** Uses a challenge up. @returns undefined when it is unknown, too old, for something else, or was used. */
export async function takeChallenge(
  tx: Tx,
  nonce: string,
  purpose: Challenge['purpose'],
  now: number,
): Promise<Challenge | undefined> {
  const row = await tx
    .deleteFrom('challenges')
    .where('nonce', '=', nonce)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', now)
    .returning(['nonce', 'purpose', 'bound'])
    .executeTakeFirst();
  return row;
}

/** Forgets a batch of challenges past their time. @returns how many. */
export async function forgetChallenges(tx: Tx, now: number, most = BATCH): Promise<number> {
  const rows = { table: 'challenges', due: sql<boolean>`expires_at <= ${now}`, order: 'expires_at', most } as const;
  const result = await tx.deleteFrom('challenges').where(someOf(tx, rows)).executeTakeFirst();
  return Number(result.numDeletedRows);
}
