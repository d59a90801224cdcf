import { sql, type ColumnDefinitionBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey();

async function identity(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('settings').addColumn('name', 'text', key).addColumn('value', 'text', required).execute();
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', key)
    .addColumn('name', 'text', required)
    .addColumn('folded_name', 'text', (column) => column.notNull().unique())
    .addColumn('roles', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('person_keys')
    .addColumn('keyid', 'text', key)
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('public_x', 'text', required)
    .addColumn('assurance', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('api_tokens')
    .addColumn('keyid', 'text', key)
    .addColumn('client_id', 'text', required)
    .addColumn('environment', 'text', required)
    .addColumn('public_x', 'text', required)
    .addColumn('agent', 'text', required)
    .addColumn('owner_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('scopes', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('grant_keys')
    .addColumn('kid', 'text', key)
    .addColumn('public_x', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .execute();
}

async function memory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('nonces')
    .addColumn('keyid', 'text', required)
    .addColumn('nonce', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('nonces_key', ['keyid', 'nonce'])
    .execute();
  await db.schema.createIndex('nonces_expiry').on('nonces').column('expires_at').execute();
  await db.schema.createTable('limits').addColumn('key', 'text', key).addColumn('tat', 'bigint', required).execute();
  await db.schema
    .createTable('idempotency')
    .addColumn('client_id', 'text', required)
    .addColumn('tool', 'text', required)
    .addColumn('key', 'text', required)
    .addColumn('arguments_digest', 'text', required)
    .addColumn('outcome', 'text')
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('idempotency_key', ['client_id', 'tool', 'key'])
    .execute();
  await db.schema.createIndex('idempotency_expiry').on('idempotency').column('expires_at').execute();
}

async function plans(db: Kysely<unknown>): Promise<void> {
  let table = db.schema.createTable('plans').addColumn('id', 'text', key);
  for (const name of [
    'plan_tool',
    'commit_tool',
    'client_id',
    'keyid',
    'owner_id',
    'agent',
    'environment',
    'trace_id',
    'state',
    'digest',
    'fingerprint',
    'digest_input',
    'arguments',
    'resources',
    'preview',
    'shown_digest',
    'decision',
    'risk',
  ] as const) {
    table = table.addColumn(name, 'text', required);
  }
  await table
    .addColumn('run_id', 'text')
    .addColumn('task_id', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('committed_at', 'bigint')
    .addColumn('receipt', 'text')
    .execute();
  // Identical open plans are one, whatever races: the index says so, not the code.
  await db.schema
    .createIndex('plans_open')
    .on('plans')
    .columns(['client_id', 'fingerprint'])
    .unique()
    .where(sql.ref('state'), 'in', [sql.lit('pending_approval'), sql.lit('released')])
    .execute();
  await db.schema.createIndex('plans_by_owner').on('plans').columns(['owner_id', 'state', 'expires_at']).execute();
  await db.schema
    .createTable('plan_contents')
    .addColumn('plan_id', 'text', (column) => column.notNull().references('plans.id'))
    .addColumn('name', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('content', 'text', required)
    .addPrimaryKeyConstraint('plan_contents_key', ['plan_id', 'name'])
    .execute();
  await db.schema
    .createTable('approvals')
    .addColumn('id', 'text', key)
    .addColumn('plan_id', 'text', (column) => column.notNull().references('plans.id'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('people.id'))
    .addColumn('keyid', 'text', required)
    .addColumn('decision', 'text', required)
    .addColumn('reason', 'text')
    .addColumn('assurance', 'text', required)
    .addColumn('evidence', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addUniqueConstraint('approvals_once', ['plan_id', 'person_id'])
    .execute();
}

async function audit(db: Kysely<unknown>, postgres: boolean): Promise<void> {
  await db.schema
    .createTable('audit_entries')
    .addColumn('position', postgres ? 'bigserial' : 'integer', (column) =>
      postgres ? column.primaryKey() : column.primaryKey().autoIncrement(),
    )
    .addColumn('audit_id', 'text', (column) => column.notNull().unique())
    .addColumn('time', 'bigint', required)
    .addColumn('tool', 'text', required)
    .addColumn('code', 'text')
    .addColumn('client_id', 'text')
    .addColumn('owner_id', 'text')
    .addColumn('plan_id', 'text')
    .addColumn('entry', 'text', required)
    .execute();
  await db.schema.createIndex('audit_by_time').on('audit_entries').column('time').execute();
  await db.schema.createIndex('audit_by_plan').on('audit_entries').column('plan_id').execute();
  await db.schema
    .createTable('audit_payloads')
    .addColumn('audit_id', 'text', key)
    .addColumn('salt', 'text', required)
    .addColumn('arguments', 'text')
    .addColumn('result', 'text')
    .execute();
  await db.schema
    .createTable('refusal_counts')
    .addColumn('audit_id', 'text', key)
    .addColumn('source', 'text', required)
    .addColumn('code', 'text', required)
    .addColumn('minute', 'bigint', required)
    .addColumn('count', 'bigint', required)
    .addColumn('first_at', 'bigint', required)
    .addColumn('last_at', 'bigint', required)
    .addColumn('sample_digest', 'text', required)
    .addColumn('route', 'text', required)
    .execute();
}

async function blog(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('articles')
    .addColumn('id', 'text', key)
    .addColumn('version', 'bigint', required)
    .addColumn('state', 'text', required)
    .addColumn('filename', 'text', required)
    .addColumn('title', 'text', required)
    .addColumn('description', 'text')
    .addColumn('date', 'text')
    .addColumn('tags', 'text', required)
    .addColumn('content', 'text', required)
    .addColumn('content_digest', 'text', required)
    .addColumn('html', 'text', required)
    .addColumn('published_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();
  await db.schema.createIndex('articles_by_digest').on('articles').column('content_digest').execute();
}

/** The first shape of the store. */
export const initial = (postgres: boolean): Migration => ({
  async up(db) {
    await identity(db);
    await memory(db);
    await plans(db);
    await audit(db, postgres);
    await blog(db);
  },
});
