import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The place of each entry in the log, the tree over it, and what was signed. */
export const transparencyLog: Migration = {
  async up(db) {
    await db.schema.alterTable('audit_entries').addColumn('log_index', 'bigint').execute();
    await db.schema.createIndex('audit_by_index').unique().on('audit_entries').column('log_index').execute();
    // Only what waits for its place: the sequencer looks several times a second.
    await sql`create index audit_unsequenced on audit_entries (position) where log_index is null`.execute(db);
    await db.schema
      .createTable('log_tiles')
      .addColumn('level', 'integer', (column) => column.notNull())
      .addColumn('tile', 'bigint', (column) => column.notNull())
      .addColumn('hashes', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('log_tiles_place', ['level', 'tile'])
      .execute();
    await db.schema
      .createTable('log_checkpoints')
      .addColumn('size', 'bigint', (column) => column.primaryKey())
      .addColumn('root', 'text', (column) => column.notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .addColumn('signed_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
