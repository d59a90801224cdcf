import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Reader, Tx } from '../../database/database.ts';
import { BATCH, someOf } from '../../database/due-rows.ts';
import type { PersonRole } from '../../people/people-repository.ts';

/** A session ends this long after it began, and this long after it was last used. */
export const SESSION_LIFE_MS = 8 * 3_600_000;
export const SESSION_IDLE_MS = 30 * 60_000;

/** A browser that somebody signed in with. It reads; each decision takes a fresh assertion besides. */
export interface ConsoleSession {
  /** SHA-256 of the cookie's value: whoever reads the table cannot sign in with it. */
  readonly id: string;
  readonly personId: string;
  readonly passkeyId: string;
  /** What a page has to send back with every request that is not a read. */
  readonly csrf: string;
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const newSecret = (): string => randomBytes(32).toString('base64url');

/** @returns the cookie's value, which is kept nowhere. */
export async function openSession(tx: Tx, personId: string, passkeyId: string, now: number): Promise<string> {
  const secret = newSecret();
  await tx
    .insertInto('console_sessions')
    .values({
      id: digest(secret),
      person_id: personId,
      passkey_id: passkeyId,
      csrf: newSecret(),
      created_at: now,
      seen_at: now,
      expires_at: now + SESSION_LIFE_MS,
      revoked_at: null,
    })
    .execute();
  return secret;
}

/** Sessions that last: their person and passkey have to be active still. */
const lasting = (reader: Reader, now: number) =>
  reader
    .selectFrom('console_sessions')
    .innerJoin('passkeys', 'passkeys.id', 'console_sessions.passkey_id')
    .innerJoin('people', 'people.id', 'console_sessions.person_id')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('seen_at', '>', now - SESSION_IDLE_MS)
    .where('passkeys.state', '=', 'active')
    .where('people.state', '=', 'active');

/** The session of a cookie, while it lasts. Looking does not prolong it. */
export async function lookAtSession(reader: Reader, secret: string, now: number): Promise<ConsoleSession | undefined> {
  const row = await lasting(reader, now)
    .select(['console_sessions.id', 'console_sessions.person_id', 'passkey_id', 'csrf'])
    .where('console_sessions.id', '=', digest(secret))
    .executeTakeFirst();
  return row && { id: row.id, personId: row.person_id, passkeyId: row.passkey_id, csrf: row.csrf };
}

/** The same for what its person does, which prolongs it. */
export async function findSession(tx: Tx, secret: string, now: number): Promise<ConsoleSession | undefined> {
  const session = await lookAtSession(tx, secret, now);
  if (session) {
    await tx.updateTable('console_sessions').set({ seen_at: now }).where('id', '=', session.id).execute();
  }
  return session;
}

/** Which of some sessions last, each with the roles that its person has now: one query, and nothing is written. */
export async function lastingSessions(
  reader: Reader,
  ids: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, readonly PersonRole[]>> {
  const rows = await lasting(reader, now)
    .select(['console_sessions.id', 'people.roles'])
    .where('console_sessions.id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, roles }) => [id, JSON.parse(roles) as PersonRole[]]));
}

/** A session as its person sees it. Times in milliseconds since the epoch. */
export interface OpenSession {
  readonly id: string;
  /** Label of the passkey that it was opened with. */
  readonly passkey: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

/** The sessions of a person that would still be taken, the one that was used last first. */
export async function listSessionsOf(tx: Tx, personId: string, now: number): Promise<OpenSession[]> {
  const rows = await tx
    .selectFrom('console_sessions')
    .innerJoin('passkeys', 'passkeys.id', 'passkey_id')
    .select(['console_sessions.id', 'passkeys.label', 'console_sessions.created_at', 'seen_at'])
    .where('console_sessions.person_id', '=', personId)
    .where('passkeys.state', '=', 'active')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('seen_at', '>', now - SESSION_IDLE_MS)
    .orderBy('seen_at', 'desc')
    .orderBy('console_sessions.id')
    .execute();
  return rows.map((row) => ({ id: row.id, passkey: row.label, createdAt: row.created_at, seenAt: row.seen_at }));
}

/** Ends one session. */
export async function endSession(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable('console_sessions')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Ends every session of a person. @returns how many there were. */
export async function endSessionsOf(tx: Tx, personId: string, now: number): Promise<number> {
  const rows = await tx
    .updateTable('console_sessions')
    .set({ revoked_at: now })
    .where('person_id', '=', personId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .execute();
  return rows.length;
}

/** Forgets a batch of sessions past their time. @returns how many. */
export async function forgetSessions(tx: Tx, now: number, most = BATCH): Promise<number> {
  const rows = {
    table: 'console_sessions',
    due: sql<boolean>`expires_at <= ${now}`,
    order: 'expires_at',
    most,
  } as const;
  const result = await tx.deleteFrom('console_sessions').where(someOf(tx, rows)).executeTakeFirst();
  return Number(result.numDeletedRows);
}
