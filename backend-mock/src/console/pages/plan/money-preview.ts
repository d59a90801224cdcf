import type { RefundPreview } from '@narrow-deputies/contracts/tickets';
import { formatMoney } from '../../../common/money.ts';
import { html, type Html } from '../../html.ts';
import { customerRows } from './ticket-preview.ts';
import { facts, openable } from './texts.ts';

/** A refund beside the order that it is part of. */
export function refundPreviewOf(preview: RefundPreview): Html {
  const { refund, orderTotal, refundedBefore, refundedAfter, leftAfter, orderId, reason, ticketId } = preview;
  const of = (amount: number): string => formatMoney({ amount, currency: orderTotal.currency });
  const rows: readonly (readonly [string, string])[] = [
    [`Order ${orderId} in all`, formatMoney(orderTotal)],
    ['Refunded before', of(refundedBefore)],
    ['Refunded after this', of(refundedAfter)],
    ['Left of the order', of(leftAfter)],
  ];
  return html`<p class="amount">${formatMoney(refund)} <small>is paid back</small></p>
    <table class="money">
      <caption class="hidden-label">
        The order and its refunds
      </caption>
      <tbody>
        ${rows.map(
          ([name, amount]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${amount}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${facts([
      ['reason', openable(reason)],
      ['ticket', ticketId],
      ['subject (from outside)', preview.untrusted.subject],
      ...customerRows(preview.customer),
    ])}`;
}
