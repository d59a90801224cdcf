import type { OrderSummary } from '@narrow-deputies/contracts/crm';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

/** One order; amounts in minor units of its currency. */
export interface Order {
  readonly id: string;
  readonly version: number;
  readonly customerId: string;
  /** Calendar dates, `YYYY-MM-DD`. */
  readonly orderedOn: string;
  readonly requiredOn: string | null;
  readonly shippedOn: string | null;
  readonly shipCity: string | null;
  readonly shipCountry: string | null;
  readonly freight: number;
  readonly total: number;
  readonly currency: string;
}

type Row = Tables['orders'];

const toOrder = (row: Row): Order => ({
  id: row.id,
  version: row.version,
  customerId: row.customer_id,
  orderedOn: row.ordered_on,
  requiredOn: row.required_on,
  shippedOn: row.shipped_on,
  shipCity: row.ship_city,
  shipCountry: row.ship_country,
  freight: row.freight,
  total: row.total,
  currency: row.currency,
});

/** An order as a row; times in milliseconds. */
export const orderRow = (order: Order, now: number): Row => ({
  id: order.id,
  version: order.version,
  customer_id: order.customerId,
  ordered_on: order.orderedOn,
  required_on: order.requiredOn,
  shipped_on: order.shippedOn,
  ship_city: order.shipCity,
  ship_country: order.shipCountry,
  freight: order.freight,
  total: order.total,
  currency: order.currency,
  created_at: now,
  updated_at: now,
});

/** An order of one customer; another customer's order does not exist. */
export async function findOrderOf(tx: Tx, customerId: string, id: string): Promise<Order | undefined> {
  const row = await tx
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', id)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row && toOrder(row);
}

/** What was paid back of some orders so far, in minor units; orders without a refund are left out. PostgreSQL sums to a numeric, which arrives as text. */
export async function refundedOf(tx: Tx, orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('refunds')
    .select(['order_id', (select) => select.fn.sum<number | string>('amount').as('amount')])
    .where('order_id', 'in', orderIds)
    .groupBy('order_id')
    .execute();
  return new Map(rows.map((row) => [row.order_id, Number(row.amount)]));
}

/** A customer's newest orders, as agents see them, and how many there are in all: one statement. */
export async function recentOrders(
  tx: Tx,
  customerId: string,
  limit: number,
): Promise<{ readonly count: number; readonly orders: OrderSummary[] }> {
  const rows = await tx
    .selectFrom('orders')
    .selectAll('orders')
    .select((of) => [
      of.fn.countAll<number>().over().as('count'),
      of
        .selectFrom('refunds')
        .whereRef('refunds.order_id', '=', 'orders.id')
        .select((inner) => inner.fn.sum<number | string>('refunds.amount').as('amount'))
        .as('refunded'),
    ])
    .where('customer_id', '=', customerId)
    .orderBy('ordered_on', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  const orders = rows.map((row) => ({
    orderId: row.id,
    orderedOn: row.ordered_on,
    shippedOn: row.shipped_on,
    total: { amount: row.total, currency: row.currency },
    refunded: Number(row.refunded ?? 0),
  }));
  return { count: rows[0]?.count ?? 0, orders };
}
