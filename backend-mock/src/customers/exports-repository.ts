import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import { someOf } from '../database/due-rows.ts';
import type { Tables } from '../database/schema.ts';
import type { Principal } from '../principal/principal.ts';

/** How long a file waits for a person. */
export const EXPORT_LIFE_MS = 24 * 3_600_000;

/** A file that waits, or waited. */
export interface StoredExport extends Principal {
  readonly id: string;
  readonly planId: string;
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

const FACTS = [
  'id',
  'plan_id',
  'client_id',
  'owner_id',
  'row_count',
  'digest',
  'created_at',
  'expires_at',
  'fetched_at',
] as const;

const toStored = (row: Pick<Tables['exports'], (typeof FACTS)[number]>): StoredExport => ({
  id: row.id,
  planId: row.plan_id,
  clientId: row.client_id,
  ownerId: row.owner_id,
  rowCount: row.row_count,
  digest: row.digest,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  fetchedAt: row.fetched_at,
});

/** Exports of one owner, newest first, without their contents. */
export async function listExports(tx: Tx, ownerId: string): Promise<StoredExport[]> {
  const rows = await tx
    .selectFrom('exports')
    .select(FACTS)
    .where('owner_id', '=', ownerId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toStored);
}

/** An export of one owner, without its content; another owner's does not exist. */
export async function findExport(tx: Tx, id: string, ownerId: string): Promise<StoredExport | undefined> {
  const row = await tx
    .selectFrom('exports')
    .select(FACTS)
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  return row && toStored(row);
}

/**
 * Takes a file out, once: however many ask at the same time, one gets it, and the store keeps nothing of it.
 *
 * @returns the file in base64; undefined when nothing waits for this owner under this id.
 */
export async function takeExport(tx: Tx, id: string, ownerId: string, now: number): Promise<string | undefined> {
  // Read first: what an update returns is the row after it, and that holds no content any more.
  const file = await tx
    .selectFrom('exports')
    .select('content')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  const taken = await tx
    .updateTable('exports')
    .set({ content: null, fetched_at: now, fetched_by: ownerId })
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('fetched_at', 'is', null)
    .where('expires_at', '>', now)
    .where('content', 'is not', null)
    .returning('id')
    .executeTakeFirst();
  return taken && (file?.content ?? undefined);
}

/** A sealed file may be large. */
const ERASED_AT_ONCE = 500;

/** Erases a batch of what nobody fetched in time; the row stays, to say so. @returns how many. */
export async function eraseExpired(tx: Tx, now: number, most = ERASED_AT_ONCE): Promise<number> {
  const due = sql<boolean>`content is not null and expires_at <= ${now}`;
  const result = await tx
    .updateTable('exports')
    .set({ content: null })
    .where(someOf(tx, { table: 'exports', due, order: 'expires_at', most }))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
