import { sql, type Kysely } from 'kysely';
import type { Name } from './named.ts';

/** Fewer than the parameters that either engine takes in one statement, at four for each. */
const AT_ONCE = 5_000;

/** Which entry the names belong to. */
export interface EntryPlace {
  readonly position: number;
  /** Milliseconds. */
  readonly time: number;
}

/** One statement, and none where there is no name. */
export async function insertNames<T>(
  db: Kysely<T>,
  { position, time }: EntryPlace,
  names: readonly Name[],
): Promise<void> {
  for (let start = 0; start < names.length; start += AT_ONCE) {
    const rows = names
      .slice(start, start + AT_ONCE)
      .map(({ kind, name }) => sql`(${kind}, ${name}, ${time}, ${position})`);
    await sql`insert into audit_names (kind, name, time, position) values ${sql.join(rows)} on conflict do nothing`.execute(
      db,
    );
  }
}
