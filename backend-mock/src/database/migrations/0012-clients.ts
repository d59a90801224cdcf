import { sql, type ColumnDefinitionBuilder, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/**
 * Of tokens that share a client id, the first one that can still be used keeps it, else the first one. Those of another
 * owner or agent keep their rows, and stop working: whose calls theirs are was never clear.
 */
async function fill(db: Kysely<unknown>): Promise<void> {
  const ranked = sql`
    select tokens.client_id, tokens.owner_id, tokens.agent, tokens.created_at, row_number() over (
      partition by tokens.client_id
      order by
        case when tokens.state = 'active' and tokens.expires_at > ${Date.now()} and people.state = 'active'
          then 0 else 1 end,
        tokens.created_at, tokens.keyid
    ) as place
    from api_tokens as tokens join people on people.id = tokens.owner_id`;
  await sql`insert into clients (client_id, owner_id, agent, created_at)
    select client_id, owner_id, agent, created_at from (${ranked}) as ranked where place = 1`.execute(db);
}

/** A key that could be of either of two owners binds neither: a retry is decided afresh, and a commit's receipt is its plan's. */
async function keysByPrincipal(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('idempotency').renameTo('idempotency_by_client').execute();
  await db.schema
    .createTable('idempotency')
    .addColumn('client_id', 'text', required)
    .addColumn('owner_id', 'text', required)
    .addColumn('tool', 'text', required)
    .addColumn('key', 'text', required)
    .addColumn('arguments_digest', 'text', required)
    .addColumn('outcome', 'text')
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('idempotency_place', ['client_id', 'owner_id', 'tool', 'key'])
    .execute();
  await sql`insert into idempotency (client_id, owner_id, tool, key, arguments_digest, outcome, expires_at)
    select client_id, (select min(owner_id) from api_tokens where api_tokens.client_id = old.client_id),
      tool, key, arguments_digest, outcome, expires_at
    from idempotency_by_client as old
    where (select count(distinct owner_id) from api_tokens where api_tokens.client_id = old.client_id) = 1`.execute(db);
  await db.schema.dropTable('idempotency_by_client').execute();
  await db.schema.createIndex('idempotency_expiry').on('idempotency').column('expires_at').execute();
}

/** A client id belongs to one owner and one agent; what a client has is kept by the pair of client and owner. */
export const clients: Migration = {
  async up(db) {
    await db.schema
      .createTable('clients')
      .addColumn('client_id', 'text', (column) => column.primaryKey())
      .addColumn('owner_id', 'text', (column) => column.notNull().references('people.id'))
      .addColumn('agent', 'text', required)
      .addColumn('created_at', 'bigint', required)
      .execute();
    await fill(db);
    await keysByPrincipal(db);
    await db.schema.dropIndex('plans_open').execute();
    await db.schema
      .createIndex('plans_open')
      .on('plans')
      .columns(['client_id', 'owner_id', 'fingerprint'])
      .unique()
      .where(sql.ref('state'), 'in', [sql.lit('pending_approval'), sql.lit('released')])
      .execute();
  },
};
