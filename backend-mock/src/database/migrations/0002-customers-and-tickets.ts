import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey();
const requiredOnce = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().unique();
const of =
  (table: string) =>
  (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
    column.notNull().references(`${table}.id`);

async function customers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('customers')
    .addColumn('id', 'text', key)
    .addColumn('version', 'bigint', required)
    .addColumn('company_name', 'text', required)
    .addColumn('contact_name', 'text')
    .addColumn('contact_title', 'text')
    .addColumn('address', 'text')
    .addColumn('city', 'text')
    .addColumn('region', 'text')
    .addColumn('postal_code', 'text')
    .addColumn('country', 'text')
    .addColumn('phone', 'text')
    .addColumn('fax', 'text')
    .addColumn('email', 'text')
    .addColumn('search_text', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('orders')
    .addColumn('id', 'text', key)
    .addColumn('version', 'bigint', required)
    .addColumn('customer_id', 'text', of('customers'))
    .addColumn('ordered_on', 'text', required)
    .addColumn('required_on', 'text')
    .addColumn('shipped_on', 'text')
    .addColumn('ship_city', 'text')
    .addColumn('ship_country', 'text')
    .addColumn('freight', 'bigint', required)
    .addColumn('total', 'bigint', required)
    .addColumn('currency', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();
  await db.schema.createIndex('orders_by_customer').on('orders').columns(['customer_id', 'ordered_on', 'id']).execute();
}

async function tickets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('tickets')
    .addColumn('id', 'text', key)
    .addColumn('version', 'bigint', required)
    .addColumn('customer_id', 'text', of('customers'))
    .addColumn('subject', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('priority', 'text', required)
    .addColumn('assignee', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();
  await db.schema.createIndex('tickets_by_age').on('tickets').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('tickets_by_customer').on('tickets').columns(['customer_id', 'created_at']).execute();
  await db.schema
    .createTable('ticket_messages')
    .addColumn('id', 'text', key)
    .addColumn('ticket_id', 'text', of('tickets'))
    .addColumn('position', 'bigint', required)
    .addColumn('source', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('body', 'text', required)
    .addColumn('plan_id', 'text')
    .addColumn('created_at', 'bigint', required)
    .addUniqueConstraint('ticket_messages_in_order', ['ticket_id', 'position'])
    .execute();
  await db.schema
    .createTable('sequences')
    .addColumn('name', 'text', key)
    .addColumn('value', 'bigint', required)
    .execute();
}

async function refunds(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('refunds')
    .addColumn('id', 'text', key)
    .addColumn('order_id', 'text', of('orders'))
    .addColumn('ticket_id', 'text', of('tickets'))
    .addColumn('plan_id', 'text', requiredOnce)
    .addColumn('amount', 'bigint', required)
    .addColumn('currency', 'text', required)
    .addColumn('reason', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema.createIndex('refunds_by_order').on('refunds').column('order_id').execute();
}

async function exports(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('exports')
    .addColumn('id', 'text', key)
    .addColumn('plan_id', 'text', requiredOnce)
    .addColumn('client_id', 'text', required)
    .addColumn('owner_id', 'text', required)
    .addColumn('row_count', 'bigint', required)
    .addColumn('digest', 'text', required)
    .addColumn('content', 'text')
    .addColumn('created_at', 'bigint', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('fetched_at', 'bigint')
    .addColumn('fetched_by', 'text')
    .execute();
  await db.schema.createIndex('exports_by_expiry').on('exports').column('expires_at').execute();
}

/** Customers, orders, tickets, refunds and exports. */
export const customersAndTickets: Migration = {
  async up(db) {
    await customers(db);
    await tickets(db);
    await refunds(db);
    await exports(db);
  },
};
