import type { Money } from '@narrow-deputies/contracts/crm';
import { refundedOf } from '../customers/orders-repository.ts';
import type { Tx } from '../database/database.ts';
import { leftAfter } from './left-of-order.ts';

/** One refund of one order on one ticket. */
export interface Refund {
  readonly id: string;
  readonly orderId: string;
  readonly ticketId: string;
  /** One refund for one plan. */
  readonly planId: string;
  readonly refund: Money;
  readonly reason: string;
}

/**
 * Pays back, if it is an order of the ticket's customer, in its currency, and enough of its total is left. The order's
 * row is locked before anything is added up, so that refunds of one order come one after the other, whoever races.
 *
 * @returns minor units that are left then; undefined when nothing was paid.
 * @throws the engine's unique violation when the plan has paid back already.
 */
export async function payBack(
  tx: Tx,
  { id, orderId, ticketId, ...paid }: Refund,
  now: number,
): Promise<number | undefined> {
  const { amount, currency } = paid.refund;
  const order = await tx
    .updateTable('orders')
    .set((row) => ({ version: row.ref('version') }))
    .where('id', '=', orderId)
    .where('currency', '=', currency)
    .where('customer_id', '=', (of) => of.selectFrom('tickets').select('customer_id').where('id', '=', ticketId))
    .returning('total')
    .executeTakeFirst();
  if (!order) return undefined;
  const refunded = (await refundedOf(tx, [orderId])).get(orderId) ?? 0;
  const left = leftAfter({ total: order.total, refunded }, amount);
  if (left === undefined) return undefined;
  await tx
    .insertInto('refunds')
    .values({
      id,
      order_id: orderId,
      ticket_id: ticketId,
      plan_id: paid.planId,
      amount,
      currency,
      reason: paid.reason,
      created_at: now,
    })
    .execute();
  return left;
}
