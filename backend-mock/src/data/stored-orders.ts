import { sql } from 'kysely';
import type { OrdersTable } from '../database/records-schema.ts';
import type { Shelf } from './shelf.ts';

/** Where imported orders lie. */
export const ORDERS: Shelf<OrdersTable> = {
  find: (store, ids) => store.selectFrom('orders').selectAll().where('id', 'in', ids).execute(),

  async put(tx, rows) {
    await tx
      .insertInto('orders')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          version: sql<number>`orders.version + 1`,
          customer_id: row.ref('excluded.customer_id'),
          ordered_on: row.ref('excluded.ordered_on'),
          required_on: row.ref('excluded.required_on'),
          shipped_on: row.ref('excluded.shipped_on'),
          ship_city: row.ref('excluded.ship_city'),
          ship_country: row.ref('excluded.ship_country'),
          freight: row.ref('excluded.freight'),
          total: row.ref('excluded.total'),
          currency: row.ref('excluded.currency'),
          updated_at: row.ref('excluded.updated_at'),
        })),
      )
      .execute();
  },
};
