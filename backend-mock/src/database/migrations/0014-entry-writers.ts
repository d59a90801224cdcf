import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Entries prove who wrote them, and those that do not get no place in the log. */
export const entryWriters: Migration = {
  async up(db) {
    await db.schema.alterTable('audit_entries').addColumn('mac', 'text').execute();
    await db.schema.alterTable('audit_entries').addColumn('refused', 'text').execute();
    await db.schema.alterTable('policies').addColumn('mac', 'text').execute();
    await db.schema
      .createTable('log_writers')
      .addColumn('writer', 'text', (column) => column.primaryKey())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.dropIndex('audit_unsequenced').execute();
    await sql`create index audit_unsequenced on audit_entries (position)
      where log_index is null and refused is null`.execute(db);
    await sql`create index audit_refused on audit_entries (position) where refused is not null`.execute(db);
  },
};
