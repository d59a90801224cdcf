import { sql, type ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Not only people stop what they see: policy does, and is none of them. Made anew, as SQLite takes no constraint away. */
export const stopsByPolicy: Migration = {
  async up(db) {
    await db.schema.alterTable('suspensions').renameTo('suspensions_before').execute();
    await db.schema.dropIndex('suspensions_standing').execute();
    await db.schema
      .createTable('suspensions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', required)
      .addColumn('target', 'text', required)
      .addColumn('reason', 'text')
      .addColumn('suspended_by', 'text', required)
      .addColumn('suspended_at', 'bigint', required)
      .addColumn('resumed_by', 'text', (column) => column.references('people.id'))
      .addColumn('resumed_at', 'bigint')
      .addColumn('resume_reason', 'text')
      .execute();
    await sql`insert into suspensions
      (id, kind, target, reason, suspended_by, suspended_at, resumed_by, resumed_at, resume_reason)
      select id, kind, target, reason, suspended_by, suspended_at, resumed_by, resumed_at, resume_reason
      from suspensions_before`.execute(db);
    await db.schema.dropTable('suspensions_before').execute();
    // One stop of one thing at a time, whoever presses at once.
    await db.schema
      .createIndex('suspensions_standing')
      .on('suspensions')
      .columns(['kind', 'target'])
      .unique()
      .where(sql.ref('resumed_at'), 'is', null)
      .execute();
  },
};
