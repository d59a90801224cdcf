import type { JsonObject } from '@narrow-deputies/contracts';
import { exportPreview } from '@narrow-deputies/contracts/crm';
import {
  createTicketPreview,
  refundPreview,
  replyPreview,
  updateTicketPreview,
} from '@narrow-deputies/contracts/tickets';
import type * as z from 'zod';
import { formatMoney } from '../common/money.ts';

/** What a plan of one action would do, in one sentence; undefined where its preview is not as it should be. */
type Sentence = (preview: JsonObject) => string | undefined;

const PUBLISH: Readonly<Record<string, (title: string, url: string) => string>> = {
  create: (title, url) => `"${title}" becomes public at ${url}.`,
  replace: (title, url) => `What is public at ${url} is replaced by "${title}".`,
  restore: (title, url) => `"${title}" becomes public again at ${url}.`,
  none: (title, url) => `"${title}" is public at ${url} already; nothing would change.`,
};

const publish: Sentence = ({ change, title, url }) =>
  typeof title === 'string' && typeof url === 'string' ? PUBLISH[String(change)]?.(title, url) : undefined;

const unpublish: Sentence = ({ title, url }) =>
  typeof title === 'string' && typeof url === 'string'
    ? `"${title}" is taken down from ${url}. It can be published again.`
    : undefined;

/** A sentence about a preview of exactly this shape. */
const about =
  <S extends z.ZodType>(shape: S, say: (preview: z.infer<S>) => string): Sentence =>
  (preview) => {
    const parsed = shape.safeParse(preview);
    return parsed.success ? say(parsed.data) : undefined;
  };

const exportCustomers = about(
  exportPreview,
  ({ rowCount, fields, holdsContactData }) =>
    `A file with ${rowCount} customers (${fields.join(', ')}) is sealed for you to fetch.${holdsContactData ? ' It holds contact data.' : ''}`,
);

const createTicket = about(
  createTicketPreview,
  ({ customer, subject, priority }) =>
    `A ticket "${subject}" is opened for customer ${customer.customerId}, with priority ${priority}. The customer does not see it.`,
);

const updateTicket = about(updateTicketPreview, ({ ticketId, changes, note }) => {
  const steps = changes.map(({ field, before, after }) =>
    before === null ? `${field} becomes ${after}` : `${field} goes from ${before} to ${after}`,
  );
  if (note !== null) steps.push('a note for staff is added');
  return `On ticket ${ticketId} ${steps.join(', ')}.`;
});

const replyToCustomer = about(
  replyPreview,
  ({ ticketId, to }) =>
    `Customer ${to.customerId} reads the text below, word for word, as an answer on ticket ${ticketId} (email address: ${to.email ?? 'none is known'}).`,
);

const refund = about(refundPreview, ({ refund: paid, orderId, orderTotal, refundedBefore }) => {
  const before = formatMoney({ amount: refundedBefore, currency: orderTotal.currency });
  return `${formatMoney(paid)} of order ${orderId} is paid back (total ${formatMoney(orderTotal)}, refunded before ${before}).`;
});

/** By the action that a preview names. */
const SENTENCES: Readonly<Record<string, Sentence>> = {
  publish,
  unpublish,
  export_customers: exportCustomers,
  create_ticket: createTicket,
  update_ticket: updateTicket,
  reply_to_customer: replyToCustomer,
  refund,
};

/** What a plan would do, in one sentence for a person; undefined for a preview of a kind that is not known here. */
export function summarise(preview: JsonObject): string | undefined {
  const { action } = preview;
  return typeof action === 'string' && Object.hasOwn(SENTENCES, action) ? SENTENCES[action]?.(preview) : undefined;
}
