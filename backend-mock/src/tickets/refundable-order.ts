import type { ProblemDetail } from '@narrow-deputies/contracts';
import { formatMoney } from '../common/money.ts';
import { Refusal } from '../common/refusal.ts';
import { findOrderOf, refundedOf, type Order } from '../customers/orders-repository.ts';
import type { Tx } from '../database/database.ts';
import { movePlan } from '../plans/plans-repository.ts';
import type { SeenOrder } from './changes-since.ts';
import { leftOf, type Paid } from './left-of-order.ts';

/** An order of this customer. @throws Refusal `not_found`, for another customer's as for one that there is not. */
export async function requireOrder(tx: Tx, customerId: string, orderId: string): Promise<Order> {
  const order = await findOrderOf(tx, customerId, orderId);
  if (order) return order;
  throw new Refusal('not_found', {
    detail: "The ticket's customer has no such order. get_ticket shows the newest ones that there are.",
  });
}

export async function seeOrder(tx: Tx, { id, total }: Order): Promise<SeenOrder> {
  return { total, refunded: (await refundedOf(tx, [id])).get(id) ?? 0 };
}

export const wrongCurrency = ({ currency }: Order): Refusal =>
  new Refusal('invalid_arguments', {
    detail: `A refund is in the currency of its order, which is ${currency}.`,
    errors: [{ pointer: '/currency', message: `${currency}, the currency of the order.` }],
  });

/** What is left is no secret: total and refunds are shown with the ticket. */
export function wrongAmount({ currency }: Order, paid: Paid): Refusal {
  const left = leftOf(paid);
  const most = `${left} minor units (${formatMoney({ amount: left, currency })})`;
  return new Refusal('invalid_arguments', {
    detail: 'A refund is at most what is left of the total of its order after earlier refunds.',
    errors: [{ pointer: '/amount', message: left === 0 ? 'Nothing is left of this order.' : `At most ${most}.` }],
  });
}

/** The refusal of a commit whose order was changed without a new version, by hand; its plan is over. */
export const overpaid = (planId: string, changes: readonly ProblemDetail[]): Refusal =>
  new Refusal(
    'plan_stale',
    {
      detail: 'Nothing was paid back: the order is not as this plan saw it. Make a new plan with plan_refund.',
      errors: [{ pointer: '/order', message: 'has less left than this refund, or is another one now' }, ...changes],
      conditions: ['new_plan'],
    },
    {
      internal: `plan ${planId} would overpay its order: the store was changed by hand`,
      persist: (tx) => movePlan(tx, { id: planId, state: 'released' }, 'find_stale'),
    },
  );
