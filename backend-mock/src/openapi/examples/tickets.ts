import type { JsonObject } from '@narrow-deputies/contracts';
import { EXAMPLE } from '../example-values.ts';
import { commitExample, LOW_RISK, planExample, SHIPS_RISK, type OperationExample } from './example.ts';

const { contentDigest } = EXAMPLE;
const ticketId = '1842';
const customerId = 'C1001';
const orderId = '50017';
const createdAt = '2026-04-17T15:20:00.000Z';
const updatedAt = '2026-04-18T09:12:00.000Z';
const untrusted: JsonObject = { subject: 'Two cups arrived broken' };
const names: JsonObject = { companyName: 'Teehaus am Markt', contactName: 'Mara Lindqvist' };
const customer: JsonObject = { customerId, untrusted: names };
const reply = 'Dear Ms Lindqvist,\n\nwe are sorry about the cups. We pay 12.50 EUR back to you.\n';
const total: JsonObject = { amount: 44000, currency: 'EUR' };
const paid: JsonObject = { amount: 1250, currency: 'EUR' };

/** Examples of the tickets' operations, by tool. */
export const TICKETS_EXAMPLES: Readonly<Record<string, OperationExample>> = {
  list_tickets: {
    arguments: { status: 'open', limit: 1 },
    answer: {
      tickets: [
        {
          ticketId,
          status: 'open',
          priority: 'normal',
          assignee: null,
          customerId,
          createdAt,
          updatedAt,
          untrusted,
          flags: [],
        },
      ],
      nextCursor: 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..mJ0x9nq1c0kQ.Zm9sbG93cw.6tYl2ZkV1w',
    },
  },
  get_ticket: {
    arguments: { ticketId },
    answer: {
      ticketId,
      status: 'open',
      priority: 'normal',
      assignee: null,
      createdAt,
      updatedAt,
      untrusted,
      flags: [],
      customer: { ...customer, flags: [] },
      thread: [
        {
          from: 'customer',
          kind: 'message',
          at: createdAt,
          untrusted: { text: 'Two of the six cups are broken. What now⟦U+200B⟧?' },
          flags: [{ field: 'text', codePoint: 'U+200B', name: 'ZERO WIDTH SPACE', count: 1 }],
        },
      ],
      messageCount: 1,
      orders: [{ orderId, orderedOn: '2026-04-09', shippedOn: '2026-04-11', total, refunded: 0 }],
    },
  },
  plan_create_ticket: {
    arguments: {
      customerId,
      subject: 'Ask for a photograph',
      text: 'The carrier wants one of the box.',
      priority: 'low',
    },
    answer: planExample(
      {
        action: 'create_ticket',
        customer,
        flags: [],
        subject: 'Ask for a photograph',
        text: 'The carrier wants one of the box.',
        status: 'open',
        priority: 'low',
      },
      LOW_RISK,
    ),
  },
  commit_create_ticket: commitExample({ ticketId: '1861' }),
  plan_update_ticket: {
    arguments: { ticketId, status: 'pending', assignee: 'shipping', note: 'The carrier was told.' },
    answer: planExample(
      {
        action: 'update_ticket',
        ticketId,
        untrusted,
        flags: [],
        changes: [
          { field: 'status', before: 'open', after: 'pending' },
          { field: 'assignee', before: null, after: 'shipping' },
        ],
        note: 'The carrier was told.',
      },
      LOW_RISK,
    ),
  },
  commit_update_ticket: commitExample({ ticketId, changed: ['status', 'assignee', 'note'] }),
  plan_reply_to_customer: {
    arguments: { ticketId, text: reply },
    answer: planExample(
      {
        action: 'reply_to_customer',
        ticketId,
        untrusted,
        flags: [],
        to: { ...customer, email: 'm•••@•••.example' },
        text: reply,
        contentDigest,
        messagesBefore: 1,
      },
      SHIPS_RISK,
    ),
  },
  commit_reply_to_customer: commitExample({
    ticketId,
    messageId: '0e5a2c8e-4c0b-4b0e-9c56-2f4d6b1a7e90',
    contentDigest,
  }),
  plan_refund: {
    arguments: { ticketId, orderId, amount: 1250, currency: 'EUR', reason: 'Two cups arrived broken.' },
    answer: planExample(
      {
        action: 'refund',
        ticketId,
        untrusted,
        flags: [],
        customer,
        orderId,
        refund: paid,
        orderTotal: total,
        refundedBefore: 0,
        refundedAfter: 1250,
        leftAfter: 42750,
        reason: 'Two cups arrived broken.',
      },
      LOW_RISK,
    ),
  },
  commit_refund: commitExample({
    refundId: '7c1d9a34-6f2b-4d0a-8e77-5b3c1f9e2d40',
    ticketId,
    orderId,
    refund: paid,
    left: 42750,
  }),
};
