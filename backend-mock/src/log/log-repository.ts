import { encodeEntryBundle, TILE_WIDTH, type NewTile, type ReadTile } from '@narrow-deputies/transparency-log';
import { sql } from 'kysely';
import type { Reader, Tx } from '../database/database.ts';

/** A tree head that was signed. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  /** The signed note. */
  readonly note: string;
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
}

const HASH_BYTES = 32;
/** Signed heads that are kept besides the newest; whoever needs an older one has a copy outside. */
const KEPT = 256;

/** @returns undefined before the first entry has its place. */
export async function newestCheckpoint(tx: Reader): Promise<StoredCheckpoint | undefined> {
  const row = await tx.selectFrom('log_checkpoints').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst();
  return row && { size: row.size, root: Buffer.from(row.root, 'base64'), note: row.note, signedAt: row.signed_at };
}

export async function insertCheckpoint(tx: Tx, { size, root, note, signedAt }: StoredCheckpoint): Promise<void> {
  const values = { size, root: root.toString('base64'), note, signed_at: signedAt };
  await tx.insertInto('log_checkpoints').values(values).execute();
  const kept = tx.selectFrom('log_checkpoints').select('size').orderBy('size', 'desc').limit(1).offset(KEPT);
  await tx.deleteFrom('log_checkpoints').where('size', '<=', kept).execute();
}

/** Tiles as a tree of any smaller size has them: a stored tile begins with what was there before. */
export const tileReader =
  (tx: Reader): ReadTile =>
  async (level, index, width) => {
    const row = await tx
      .selectFrom('log_tiles')
      .select('hashes')
      .where('level', '=', level)
      .where('tile', '=', index)
      .executeTakeFirst();
    const bytes = row && Buffer.from(row.hashes, 'base64');
    return bytes && bytes.length >= width * HASH_BYTES ? bytes.subarray(0, width * HASH_BYTES) : undefined;
  };

/** A tile only ever grows. */
export async function writeTiles(tx: Tx, tiles: readonly NewTile[]): Promise<void> {
  for (const { level, index, bytes } of tiles) {
    const hashes = Buffer.from(bytes).toString('base64');
    await tx
      .insertInto('log_tiles')
      .values({ level, tile: index, hashes })
      .onConflict((conflict) => conflict.columns(['level', 'tile']).doUpdateSet({ hashes }))
      .execute();
  }
}

/** A row that has no place in the log yet. */
export interface WaitingEntry {
  readonly position: number;
  readonly audit_id: string;
  readonly entry: string;
  readonly mac: string | null;
}

/** Rows that have no place in the log yet and were not refused one, in the order in which they were written. */
export const unsequenced = (tx: Reader, limit: number): Promise<WaitingEntry[]> =>
  tx
    .selectFrom('audit_entries')
    .select(['position', 'audit_id', 'entry', 'mac'])
    .where('log_index', 'is', null)
    .where('refused', 'is', null)
    .orderBy('position')
    .limit(limit)
    .execute();

/** Gives entries their places, `first` and those after it, for good. @throws Error when one of them had one. */
export async function giveIndexes(tx: Tx, positions: readonly number[], first: number): Promise<void> {
  const rows = positions.map((position, at) => sql`(${sql.lit(position)}, ${sql.lit(first + at)})`);
  const updated = await sql`
    with place(entry_position, entry_index) as (values ${sql.join(rows)})
    update audit_entries set log_index = place.entry_index from place
    where audit_entries.position = place.entry_position and audit_entries.log_index is null`.execute(tx);
  if (Number(updated.numAffectedRows ?? 0) !== positions.length) throw new Error('An entry had its place already.');
}

/** Refuses rows their place in the log, for good. */
export async function refuseRows(tx: Tx, positions: readonly number[], because: string): Promise<void> {
  if (positions.length === 0) return;
  await tx.updateTable('audit_entries').set({ refused: because }).where('position', 'in', positions).execute();
}

/** How many entries of each of these writers have their place; writers without any are left out. */
export async function writerNumbers(tx: Reader, writers: readonly string[]): Promise<Map<string, number>> {
  if (writers.length === 0) return new Map();
  const rows = await tx.selectFrom('log_writers').selectAll().where('writer', 'in', writers).execute();
  return new Map(rows.map(({ writer, number }) => [writer, number]));
}

export async function setWriterNumbers(tx: Tx, numbers: ReadonlyMap<string, number>): Promise<void> {
  if (numbers.size === 0) return;
  await tx
    .insertInto('log_writers')
    .values([...numbers].map(([writer, number]) => ({ writer, number })))
    .onConflict((conflict) => conflict.column('writer').doUpdateSet((set) => ({ number: set.ref('excluded.number') })))
    .execute();
}

/** The entry that has the last place of a tree; undefined where it is not there. */
export async function entryAt(tx: Reader, index: number): Promise<string | undefined> {
  const row = await tx.selectFrom('audit_entries').select('entry').where('log_index', '=', index).executeTakeFirst();
  return row?.entry;
}

/** The entries of one bundle, in the form of C2SP tlog-tiles; undefined where there are fewer than `width`. */
export async function readBundle(tx: Reader, index: number, width: number): Promise<Uint8Array | undefined> {
  const first = index * TILE_WIDTH;
  const rows = await tx
    .selectFrom('audit_entries')
    .select('entry')
    .where('log_index', '>=', first)
    .where('log_index', '<', first + width)
    .orderBy('log_index')
    .execute();
  return rows.length === width ? encodeEntryBundle(rows.map(({ entry }) => Buffer.from(entry))) : undefined;
}

/** Waits for whoever else sequences, until the transaction ends. */
export async function lockLog(tx: Tx): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ name: 'log-lock', value: '' })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: '' }))
    .execute();
}
