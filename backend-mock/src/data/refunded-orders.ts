import type { OrdersTable } from '../database/records-schema.ts';
import type { Reader } from './shelf.ts';

/** An order that no longer fits what was paid back of it. */
export interface Misfit {
  readonly id: string;
  readonly column: string | undefined;
  readonly message: string;
}

/** What was paid back stays true whatever a file says: compares new orders with the refunds of the old ones. */
export async function findMisfits(store: Reader, orders: readonly OrdersTable[]): Promise<Misfit[]> {
  if (orders.length === 0) return [];
  const refunds = await store
    .selectFrom('refunds')
    .innerJoin('tickets', 'tickets.id', 'refunds.ticket_id')
    .select(['refunds.order_id', 'refunds.amount', 'refunds.currency', 'tickets.customer_id'])
    .where(
      'refunds.order_id',
      'in',
      orders.map(({ id }) => id),
    )
    .execute();
  const byOrder = Map.groupBy(refunds, (refund) => refund.order_id);
  return orders.flatMap(({ id, total, currency, customer_id: customerId }) => {
    const paid = byOrder.get(id) ?? [];
    const misfit = (column: string | undefined, message: string): Misfit[] => [{ id, column, message }];
    if (paid.some((refund) => refund.customer_id !== customerId)) {
      return misfit('CustomerID', 'Refunds were paid on this order to another customer.');
    }
    if (paid.some((refund) => refund.currency !== currency)) {
      return misfit(undefined, `Refunds were paid on this order in another currency than ${currency}.`);
    }
    const sum = paid.reduce((before, { amount }) => before + amount, 0);
    return sum > total ? misfit('Total', 'Is less than what was refunded of this order already.') : [];
  });
}
