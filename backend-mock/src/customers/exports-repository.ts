import type { Tx } from '../database/database.ts';

/** How long a file waits for a person. */
export const EXPORT_LIFE_MS = 24 * 3_600_000;

/** A file that waits, or waited. */
export interface StoredExport {
  readonly id: string;
  readonly planId: string;
  readonly clientId: string;
  readonly ownerId: string;
  readonly rowCount: number;
  /** Of the file's bytes. */
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly fetchedAt: number | null;
}

export async function insertExport(tx: Tx, file: Omit<StoredExport, 'fetchedAt'>, content: Buffer): Promise<void> {
  await tx
    .insertInto('exports')
    .values({
      id: file.id,
      plan_id: file.planId,
      client_id: file.clientId,
      owner_id: file.ownerId,
      row_count: file.rowCount,
      digest: file.digest,
      content: content.toString('base64'),
      created_at: file.createdAt,
      expires_at: file.expiresAt,
      fetched_at: null,
      fetched_by: null,
    })
    .execute();
}

/** Exports of one owner, newest first, without their contents. */
export async function listExports(tx: Tx, ownerId: string): Promise<StoredExport[]> {
  const rows = await tx
    .selectFrom('exports')
    .select(['id', 'plan_id', 'client_id', 'owner_id', 'row_count', 'digest', 'created_at', 'expires_at', 'fetched_at'])
    .where('owner_id', '=', ownerId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    planId: row.plan_id,
    clientId: row.client_id,
    ownerId: row.owner_id,
    rowCount: row.row_count,
    digest: row.digest,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    fetchedAt: row.fetched_at,
  }));
}

/**
 * Takes a file out, once: however many ask at the same time, one gets it, and the store keeps nothing of it.
 *
 * @returns undefined when there is no such file of this owner any more.
 */
export async function takeExport(
  tx: Tx,
  id: string,
  by: { readonly ownerId: string; readonly now: number },
): Promise<{ content: string; rowCount: number; digest: string } | undefined> {
  const open = tx
    .selectFrom('exports')
    .select(['content', 'row_count', 'digest'])
    .where('id', '=', id)
    .where('owner_id', '=', by.ownerId);
  const file = await open.where('fetched_at', 'is', null).where('expires_at', '>', by.now).executeTakeFirst();
  if (file?.content === null || file === undefined) return undefined;
  const taken = await tx
    .updateTable('exports')
    .set({ content: null, fetched_at: by.now, fetched_by: by.ownerId })
    .where('id', '=', id)
    .where('owner_id', '=', by.ownerId)
    .where('fetched_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return taken && { content: file.content, rowCount: file.row_count, digest: file.digest };
}

/** Erases what nobody fetched in time; the row stays, to say so. */
export async function eraseExpired(tx: Tx, now: number): Promise<void> {
  await tx
    .updateTable('exports')
    .set({ content: null })
    .where('content', 'is not', null)
    .where('expires_at', '<=', now)
    .execute();
}
