import type { OrdersTable } from '../database/records-schema.ts';
import type { Currency } from './amounts.ts';
import type { Misfit } from './refunded-orders.ts';
import type { Reader } from './shelf.ts';

/** Nobody said which currency the amounts are in: then no order gets another than it is stored in. */
export async function findRelabelled(
  store: Reader,
  orders: readonly OrdersTable[],
  { code, assumed }: Currency,
): Promise<Misfit[]> {
  if (assumed !== true || orders.length === 0) return [];
  const stored = await store
    .selectFrom('orders')
    .select(['id', 'currency'])
    .where(
      'id',
      'in',
      orders.map(({ id }) => id),
    )
    .where('currency', '!=', code)
    .execute();
  return stored.map(({ id, currency }) => ({
    id,
    column: 'Total',
    message: `This order is stored in ${currency}. Say which currency the file is in: --currency ${currency}, or --currency ${code} to change it.`,
  }));
}
