import { sql, type ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Stops of a token, a role, a tool or everything. */
export const suspensions: Migration = {
  async up(db) {
    await db.schema
      .createTable('suspensions')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', required)
      .addColumn('target', 'text', required)
      .addColumn('reason', 'text')
      .addColumn('suspended_by', 'text', (column) => column.notNull().references('people.id'))
      .addColumn('suspended_at', 'bigint', required)
      .addColumn('resumed_by', 'text', (column) => column.references('people.id'))
      .addColumn('resumed_at', 'bigint')
      .addColumn('resume_reason', 'text')
      .execute();
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
