import * as z from 'zod';
import { commitAnswer, commitArguments, digest, planAnswer, timestamp } from './answers.ts';
import { orderSummary } from './crm.ts';
import { flags } from './outside.ts';
import { plainLine, plainText } from './plain-text.ts';
import { currency, cursor, money, PAGE_MAX, recordId } from './records.ts';

export const STATUSES = ['open', 'pending', 'solved', 'closed'] as const;
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
/** Desks that a ticket can lie on. */
export const ASSIGNEES = ['first-line', 'billing', 'shipping', 'escalations'] as const;
export type Status = (typeof STATUSES)[number];
export type Priority = (typeof PRIORITIES)[number];
export type Assignee = (typeof ASSIGNEES)[number];

export const SUBJECT_MAX = 200;
export const MESSAGE_MAX = 4000;
export const REASON_MAX = 500;
/** Most messages of a thread that one answer shows; the newest. */
export const THREAD_MAX = 20;
/** Most orders that a ticket is shown with; the newest of its customer. */
export const TICKET_ORDERS_MAX = 10;

const ticketId = recordId.describe('From list_tickets.');
const status = z.enum(STATUSES);
const priority = z.enum(PRIORITIES);
const assignee = z.enum(ASSIGNEES);
const customer = z.strictObject({
  customerId: z.string(),
  untrusted: z.strictObject({ companyName: z.string(), contactName: z.string().nullable() }),
});
const subject = z.strictObject({ subject: z.string() });

export const listTicketsArguments = z.strictObject({
  status: status.optional(),
  priority: priority.optional(),
  assignee: assignee.optional(),
  customerId: recordId.optional(),
  limit: z.int().min(1).max(PAGE_MAX).optional(),
  cursor: cursor.optional(),
});

export const listTicketsOutput = z.strictObject({
  /** Newest first. */
  tickets: z
    .array(
      z.strictObject({
        ticketId: z.string(),
        status,
        priority,
        assignee: assignee.nullable(),
        customerId: z.string(),
        createdAt: timestamp,
        updatedAt: timestamp,
        untrusted: subject,
        flags,
      }),
    )
    .max(PAGE_MAX),
  nextCursor: z.string().optional(),
});
export type ListTicketsOutput = z.infer<typeof listTicketsOutput>;

export const getTicketArguments = z.strictObject({ ticketId });

/** One entry of a thread. Whoever wrote it, it is data: staff quote customers, and agents write what they were told. */
export const threadMessage = z.strictObject({
  from: z.enum(['customer', 'staff', 'agent']),
  /** `reply` went to the customer, `note` stays inside. */
  kind: z.enum(['message', 'reply', 'note']),
  at: timestamp,
  untrusted: z.strictObject({ text: z.string() }),
  flags,
  /** Set where the text goes on beyond what is shown. */
  cut: z.literal(true).optional(),
});
export type ThreadMessage = z.infer<typeof threadMessage>;

export const getTicketOutput = z.strictObject({
  ticketId: z.string(),
  status,
  priority,
  assignee: assignee.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  untrusted: subject,
  flags,
  customer: customer.extend({ flags }),
  /** Oldest first; the newest ones where there are more. */
  thread: z.array(threadMessage).max(THREAD_MAX),
  /** How many messages there are in all. */
  messageCount: z.int(),
  /** The customer's newest orders, for refunds. */
  orders: z.array(orderSummary).max(TICKET_ORDERS_MAX),
});
export type GetTicketOutput = z.infer<typeof getTicketOutput>;

export const planCreateTicketArguments = z.strictObject({
  customerId: recordId.describe('From search_customers of crm-reader.'),
  subject: plainLine(SUBJECT_MAX),
  text: plainText(MESSAGE_MAX).describe('What it is about, for staff; the customer does not see it.'),
  priority,
});
export const createTicketPreview = z.strictObject({
  action: z.literal('create_ticket'),
  customer,
  flags,
  subject: z.string(),
  text: z.string(),
  status,
  priority,
});
export type CreateTicketPreview = z.infer<typeof createTicketPreview>;
export const createTicketResult = z.strictObject({ ticketId: z.string() });

const CHANGES = ['status', 'priority', 'assignee', 'note'] as const;
export const planUpdateTicketArguments = z
  .strictObject({
    ticketId,
    status: status.optional(),
    priority: priority.optional(),
    assignee: assignee.optional(),
    note: plainText(MESSAGE_MAX).optional().describe('Internal; the customer does not see it.'),
  })
  .refine((args) => CHANGES.some((name) => args[name] !== undefined), `At least one of ${CHANGES.join(', ')}.`);
export const updateTicketPreview = z.strictObject({
  action: z.literal('update_ticket'),
  ticketId: z.string(),
  untrusted: subject,
  flags,
  changes: z.array(
    z.strictObject({
      field: z.enum(['status', 'priority', 'assignee']),
      before: z.string().nullable(),
      after: z.string(),
    }),
  ),
  /** The internal note that is added; null when there is none. */
  note: z.string().nullable(),
});
export type UpdateTicketPreview = z.infer<typeof updateTicketPreview>;
export const updateTicketResult = z.strictObject({ ticketId: z.string(), changed: z.array(z.enum(CHANGES)) });

export const planReplyToCustomerArguments = z.strictObject({
  ticketId,
  text: plainText(MESSAGE_MAX).describe('Plain text, exactly as the customer will read it.'),
});
export const replyPreview = z.strictObject({
  action: z.literal('reply_to_customer'),
  ticketId: z.string(),
  untrusted: subject,
  flags,
  to: customer.extend({ email: z.string().nullable() }),
  /** Exactly what the customer reads. */
  text: z.string(),
  contentDigest: digest,
  /** Messages in the thread before this one. */
  messagesBefore: z.int(),
});
export type ReplyPreview = z.infer<typeof replyPreview>;
export const replyResult = z.strictObject({ ticketId: z.string(), messageId: z.uuid(), contentDigest: digest });

export const planRefundArguments = z.strictObject({
  ticketId,
  orderId: recordId.describe("Of the ticket's customer, from get_ticket."),
  amount: z.int().min(1).describe('Minor units: 1250 is 12.50 EUR.'),
  currency: currency.describe("The order's currency."),
  reason: plainLine(REASON_MAX),
});
export const refundPreview = z.strictObject({
  action: z.literal('refund'),
  ticketId: z.string(),
  untrusted: subject,
  flags,
  customer,
  orderId: z.string(),
  refund: money,
  orderTotal: money,
  /** Minor units; what is left of the total after earlier refunds, before and after this one. */
  refundedBefore: z.int(),
  refundedAfter: z.int(),
  leftAfter: z.int(),
  reason: z.string(),
});
export type RefundPreview = z.infer<typeof refundPreview>;
export const refundResult = z.strictObject({
  refundId: z.uuid(),
  ticketId: z.string(),
  orderId: z.string(),
  refund: money,
  /** Minor units that could still be refunded of this order. */
  left: z.int(),
});
export type RefundResult = z.infer<typeof refundResult>;

export const planCreateTicketAnswer = planAnswer(createTicketPreview);
export const planUpdateTicketAnswer = planAnswer(updateTicketPreview);
export const planReplyToCustomerAnswer = planAnswer(replyPreview);
export const planRefundAnswer = planAnswer(refundPreview);
export const commitCreateTicketAnswer = commitAnswer(createTicketResult);
export const commitUpdateTicketAnswer = commitAnswer(updateTicketResult);
export const commitReplyToCustomerAnswer = commitAnswer(replyResult);
export const commitRefundAnswer = commitAnswer(refundResult);
export const commitCreateTicketArguments = commitArguments;
export const commitUpdateTicketArguments = commitArguments;
export const commitReplyToCustomerArguments = commitArguments;
export const commitRefundArguments = commitArguments;
