import type { Kysely } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

/** The store to read from, inside a transaction or outside any. */
export type Reader = Kysely<Tables>;

/** What every imported record has beside its content. */
export interface Stored {
  readonly id: string;
  version: number;
  created_at: number;
  updated_at: number;
}

/** Where records of one kind lie. */
export interface Shelf<Row extends Stored> {
  find(store: Reader, ids: readonly string[]): Promise<Row[]>;
  /** Inserts new rows; gives known ones the new content and the next version, and leaves when they were made. */
  put(tx: Tx, rows: readonly Row[]): Promise<void>;
}

/** Rows in one statement: with the columns of the widest table far fewer parameters than either engine takes. */
const AT_ONCE = 500;

export function* batches<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += AT_ONCE) yield rows.slice(start, start + AT_ONCE);
}

/** How some rows of a file differ from what lies on the shelf. */
export interface Difference<Row> {
  readonly inserted: readonly Row[];
  readonly updated: readonly Row[];
  readonly unchanged: number;
}

/** Compares one batch. @param store undefined where there is none yet. */
export async function compareBatch<Row extends Stored>(
  store: Reader | undefined,
  shelf: Shelf<Row>,
  rows: readonly Row[],
): Promise<Difference<Row>> {
  const ids = rows.map(({ id }) => id);
  const stored = new Map((store === undefined ? [] : await shelf.find(store, ids)).map((row) => [row.id, row]));
  const known = rows.filter(({ id }) => stored.has(id));
  const updated = known.filter((row) => !isSame(row, stored.get(row.id)));
  return {
    inserted: rows.filter(({ id }) => !stored.has(id)),
    updated,
    unchanged: known.length - updated.length,
  };
}

/** Whether two rows say the same; version and times are not what they say. */
function isSame<Row extends Stored>(row: Row, stored: Row | undefined): boolean {
  const { version: _version, created_at: _created, updated_at: _updated, ...content } = row;
  return Object.entries(content).every(([column, value]) => stored?.[column as keyof Row] === value);
}
