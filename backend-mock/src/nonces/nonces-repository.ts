import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import { BATCH, someOf } from '../database/due-rows.ts';

/** How long a nonce is remembered past the end of its signature, in milliseconds. */
export const NONCE_MEMORY_MS = 10 * 60_000;

/**
 * Remembers that a key used a nonce. Of two calls that race with the same nonce, one waits for the other here and then
 * finds it.
 *
 * @returns false when the key used it before.
 */
export async function rememberNonce(tx: Tx, keyid: string, nonce: string, expiresAt: number): Promise<boolean> {
  const row = await tx
    .insertInto('nonces')
    .values({ keyid, nonce, expires_at: expiresAt })
    .onConflict((conflict) => conflict.columns(['keyid', 'nonce']).doNothing())
    .returning('nonce')
    .executeTakeFirst();
  return row !== undefined;
}

/** Forgets a batch of nonces whose signatures can no longer be valid. @returns how many. */
export async function forgetNonces(tx: Tx, now: number, most = BATCH): Promise<number> {
  const rows = { table: 'nonces', due: sql<boolean>`expires_at < ${now}`, order: 'expires_at', most } as const;
  const result = await tx.deleteFrom('nonces').where(someOf(tx, rows)).executeTakeFirst();
  return Number(result.numDeletedRows);
}
