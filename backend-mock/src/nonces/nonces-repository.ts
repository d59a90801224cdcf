import type { Tx } from '../database/database.ts';

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

/** Forgets nonces whose signatures can no longer be valid. */
export async function forgetNonces(tx: Tx, now: number): Promise<number> {
  const result = await tx.deleteFrom('nonces').where('expires_at', '<', now).executeTakeFirst();
  return Number(result.numDeletedRows);
}
