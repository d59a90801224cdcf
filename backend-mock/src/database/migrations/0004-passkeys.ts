import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey();
const person = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().references('people.id');

/** Passkeys, the links that enrol them, sessions of the console and what was asked of authenticators. */
export const passkeys: Migration = {
  async up(db) {
    await db.schema
      .createTable('invitations')
      .addColumn('id', 'text', key)
      .addColumn('secret_digest', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', required)
      .addColumn('roles', 'text', required)
      .addColumn('invited_by', 'text', (column) => column.references('people.id'))
      .addColumn('created_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .addColumn('used_at', 'bigint')
      .addColumn('person_id', 'text', (column) => column.references('people.id'))
      .execute();
    await db.schema
      .createTable('passkeys')
      .addColumn('id', 'text', key)
      .addColumn('person_id', 'text', person)
      .addColumn('public_key', 'text', required)
      .addColumn('counter', 'bigint', required)
      .addColumn('transports', 'text', required)
      .addColumn('label', 'text', required)
      .addColumn('invitation_id', 'text', (column) => column.notNull().references('invitations.id'))
      .addColumn('state', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('last_used_at', 'bigint')
      .execute();
    await db.schema
      .createTable('console_sessions')
      .addColumn('id', 'text', key)
      .addColumn('person_id', 'text', person)
      .addColumn('passkey_id', 'text', (column) => column.notNull().references('passkeys.id'))
      .addColumn('csrf', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .addColumn('seen_at', 'bigint', required)
      .addColumn('expires_at', 'bigint', required)
      .addColumn('revoked_at', 'bigint')
      .execute();
    await db.schema
      .createTable('challenges')
      .addColumn('nonce', 'text', key)
      .addColumn('purpose', 'text', required)
      .addColumn('bound', 'text', required)
      .addColumn('expires_at', 'bigint', required)
      .execute();
    await db.schema
      .createTable('person_acts')
      .addColumn('id', 'text', key)
      .addColumn('person_id', 'text', person)
      .addColumn('action', 'text', required)
      .addColumn('evidence', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .execute();
  },
};
