import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import { BATCH, someOf } from '../database/due-rows.ts';
import type { Principal } from '../principal/principal.ts';

/** How long a key binds, in milliseconds. */
export const IDEMPOTENCY_MEMORY_MS = 24 * 3_600_000;

export interface IdempotencyKey {
  readonly principal: Principal;
  readonly tool: string;
  readonly key: string;
}

export type Claim =
  | { readonly state: 'first' }
  | { readonly state: 'repeat'; readonly argumentsDigest: string; readonly outcome: string };

/**
 * Claims a key for the running transaction, or finds what it was used for. While another transaction holds the same
 * claim this waits for it, up to the engine's lock timeout.
 *
 * A claim that is not completed vanishes when its effects are rolled back: only success binds a key.
 */
export async function claimKey(tx: Tx, key: IdempotencyKey, argumentsDigest: string, now: number): Promise<Claim> {
  const claimed = await tx
    .insertInto('idempotency')
    .values({
      client_id: key.principal.clientId,
      owner_id: key.principal.ownerId,
      tool: key.tool,
      key: key.key,
      arguments_digest: argumentsDigest,
      outcome: null,
      expires_at: now + IDEMPOTENCY_MEMORY_MS,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['client_id', 'owner_id', 'tool', 'key'])
        // One that was forgotten already, though its row is still there, is claimed anew.
        .doUpdateSet((eb) => ({
          arguments_digest: eb.ref('excluded.arguments_digest'),
          outcome: eb.ref('excluded.outcome'),
          expires_at: eb.ref('excluded.expires_at'),
        }))
        .where('idempotency.expires_at', '<', now),
    )
    .returning('key')
    .executeTakeFirst();
  if (claimed) return { state: 'first' };
  const row = await tx
    .selectFrom('idempotency')
    .select(['arguments_digest', 'outcome'])
    .where('client_id', '=', key.principal.clientId)
    .where('owner_id', '=', key.principal.ownerId)
    .where('tool', '=', key.tool)
    .where('key', '=', key.key)
    .executeTakeFirstOrThrow();
  return { state: 'repeat', argumentsDigest: row.arguments_digest, outcome: row.outcome ?? 'null' };
}

/** Binds the key to a successful answer. */
export async function completeKey(tx: Tx, key: IdempotencyKey, outcome: string): Promise<void> {
  await tx
    .updateTable('idempotency')
    .set({ outcome })
    .where('client_id', '=', key.principal.clientId)
    .where('owner_id', '=', key.principal.ownerId)
    .where('tool', '=', key.tool)
    .where('key', '=', key.key)
    .execute();
}

/** Forgets a batch of keys past their time. @returns how many. */
export async function forgetKeys(tx: Tx, now: number, most = BATCH): Promise<number> {
  const rows = { table: 'idempotency', due: sql<boolean>`expires_at < ${now}`, order: 'expires_at', most } as const;
  const result = await tx.deleteFrom('idempotency').where(someOf(tx, rows)).executeTakeFirst();
  return Number(result.numDeletedRows);
}
