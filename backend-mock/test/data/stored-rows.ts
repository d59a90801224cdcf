import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';

/** Everything in a store as text, row by row; what no import may change can be compared. */
export async function snapshot(store: Database): Promise<Record<string, unknown[]>> {
  const tables = await store.db.introspection.getTables({ withInternalKyselyTables: false });
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const found = await sql<object>`select * from ${sql.table(name)}`.execute(store.db);
    rows[name] = found.rows.map((row) => JSON.stringify(row)).toSorted();
  }
  return rows;
}

export const countOf = async (
  store: Database,
  table: 'customers' | 'orders' | 'tickets' | 'audit_entries',
): Promise<number> =>
  Number(
    (
      await store.db
        .selectFrom(table)
        .select((row) => row.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
    ).count,
  );

/** Entries of the audit log in the order in which they were written. */
export async function entriesOf(store: Database): Promise<{ tool: string; details: unknown; text: string }[]> {
  const rows = await store.db.selectFrom('audit_entries').select('entry').orderBy('position').execute();
  return rows.map(({ entry }) => ({ ...(JSON.parse(entry) as { tool: string; details: unknown }), text: entry }));
}

/** A refund of an order, on a ticket of its own. */
export async function refund(store: Database, orderId: string, amount: number, currency = 'EUR'): Promise<void> {
  const order = await store.db.selectFrom('orders').selectAll().where('id', '=', orderId).executeTakeFirstOrThrow();
  const id = `t-${orderId}`;
  const ticket = { id, version: 1, customer_id: order.customer_id, subject: 'Broken', assignee: null };
  const times = { created_at: 1, updated_at: 1 };
  await store.db
    .insertInto('tickets')
    .values({ ...ticket, status: 'open', priority: 'normal', ...times })
    .execute();
  const row = { id: `r-${orderId}`, order_id: orderId, ticket_id: id, plan_id: `p-${orderId}`, amount, currency };
  await store.db
    .insertInto('refunds')
    .values({ ...row, reason: 'Broken', created_at: 1 })
    .execute();
}
