import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const person = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().references('people.id');

/** What people approved beforehand, within bounds, and how much of it is used. */
export const tasks: Migration = {
  async up(db) {
    await db.schema
      .createTable('tasks')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('owner_id', 'text', person)
      .addColumn('client_id', 'text', required)
      .addColumn('agent', 'text', required)
      .addColumn('tools', 'text', required)
      .addColumn('resource_type', 'text', required)
      .addColumn('resource_id', 'text', required)
      .addColumn('sum_pointer', 'text')
      .addColumn('currency', 'text')
      .addColumn('sum_maximum', 'bigint')
      .addColumn('spent', 'bigint', required)
      .addColumn('uses_maximum', 'integer')
      .addColumn('uses', 'integer', required)
      .addColumn('reason', 'text', required)
      .addColumn('state', 'text', required)
      .addColumn('created_by', 'text', person)
      .addColumn('keyid', 'text', required)
      .addColumn('evidence', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .addColumn('revoked_by', 'text', (column) => column.references('people.id'))
      .addColumn('revoked_at', 'bigint')
      .addColumn('version', 'integer', required)
      .execute();
    await db.schema
      .createIndex('tasks_covering')
      .on('tasks')
      .columns(['client_id', 'owner_id', 'resource_type', 'resource_id', 'state', 'expires_at'])
      .execute();
  },
};
