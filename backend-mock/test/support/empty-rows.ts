import pg from 'pg';

/** In any order: nothing looks at foreign keys while this runs. Files stay as they are, which is what takes time. */
const EMPTY = `
  set lock_timeout = '2s';
  set session_replication_role = replica;
  do $$
  declare
    name text;
  begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely_%' loop
      execute format('delete from %I', name);
    end loop;
    perform setval('audit_entries_position_seq', 1, false);
  end $$`;

/** Deletes every row of a PostgreSQL store, so that another test finds it as if it were new. */
export async function emptyRows(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(EMPTY);
  } finally {
    await client.end();
  }
}
