import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What policy counts of earlier calls; each repeats what the entry itself says. */
async function history(db: Kysely<unknown>): Promise<void> {
  for (const column of ['run_id', 'sameness'] as const) {
    await db.schema.alterTable('audit_entries').addColumn(column, 'text').execute();
  }
  for (const column of ['served', 'records', 'risk', 'outside'] as const) {
    await db.schema
      .alterTable('audit_entries')
      .addColumn(column, 'integer', (added) => added.notNull().defaultTo(0))
      .execute();
  }
  await db.schema.alterTable('audit_entries').addColumn('record_number', 'integer').execute();
  const index = (name: string, columns: string[]): Promise<void> =>
    db.schema.createIndex(name).on('audit_entries').columns(columns).execute();
  // The first columns are what every measure fixes; the others let it be read from the index alone.
  await index('audit_by_owner', ['owner_id', 'tool', 'time', 'served', 'records', 'risk']);
  await index('audit_by_owner_time', ['owner_id', 'time', 'served', 'outside', 'risk']);
  await index('audit_by_client', ['client_id', 'time']);
  await index('audit_by_run', ['run_id', 'tool', 'served']);
}

/** Policies that are or were active, and what has to be counted for them. */
export const policies = (postgres: boolean): Migration => ({
  async up(db) {
    await db.schema
      .createTable('policies')
      .addColumn('position', postgres ? 'serial' : 'integer', (column) =>
        postgres ? column.primaryKey() : column.primaryKey().autoIncrement(),
      )
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('activated_by', 'text')
      .addColumn('activated_at', postgres ? 'bigint' : 'integer', (column) => column.notNull())
      .addColumn('audit_id', 'text', (column) => column.notNull())
      .execute();
    await history(db);
    // Before there was a policy of one's own nothing was counted.
    await sql`update audit_entries set served = 1 where outcome = 'succeeded' and owner_id is not null`.execute(db);
  },
});
