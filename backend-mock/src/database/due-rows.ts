import { PostgresAdapter, sql, type RawBuilder } from 'kysely';
import type { Tx } from './database.ts';
import type { Tables } from './schema.ts';

/** Rows of one batch: nobody's call waits long for it. */
export const BATCH = 5_000;

/** Whether a transaction runs on PostgreSQL. */
export const onPostgres = (tx: Tx): boolean => tx.getExecutor().adapter instanceof PostgresAdapter;

export interface DueRows {
  readonly table: keyof Tables;
  /** Which rows are due. */
  readonly due: RawBuilder<boolean>;
  /** The column in whose order they go; one with an index, where the table can grow long. */
  readonly order: string;
  readonly most: number;
}

/**
 * A condition that holds for some of the rows that are due. On PostgreSQL rows that a call holds are passed over until the
 * next time: who waits for nobody cannot be part of a deadlock. (The other engine has one writer.)
 */
export function someOf(tx: Tx, { table, due, order, most }: DueRows): RawBuilder<boolean> {
  const place = sql.raw(onPostgres(tx) ? 'ctid' : 'rowid');
  const chosen = sql`select ${place} from ${sql.table(table)} where ${due} order by ${sql.ref(order)} limit ${sql.lit(most)}`;
  return onPostgres(tx)
    ? sql<boolean>`${place} = any(array(${chosen} for update skip locked))`
    : sql<boolean>`${place} in (${chosen})`;
}

/** @returns false while another replica does the same work; holds until the transaction ends. */
export async function takeTurn(tx: Tx, work: string): Promise<boolean> {
  if (!onPostgres(tx)) return true;
  const { rows } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('narrow-deputies'), hashtext(${work})) as mine`.execute(tx);
  return rows[0]?.mine === true;
}
