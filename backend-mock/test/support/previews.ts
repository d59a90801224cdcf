import type { JsonObject } from '@narrow-deputies/contracts';

const DIGEST = `sha-256:${'a'.repeat(64)}`;
const customer = { customerId: 'C1001', untrusted: { companyName: 'Anna & Co', contactName: 'Anna' } };
const ticket = { ticketId: '1842', untrusted: { subject: 'Broken <cups>' }, flags: [] };

/** One preview of each kind, as its contract has it. */
export const PREVIEWS: Readonly<Record<string, JsonObject>> = {
  publish: {
    action: 'publish',
    change: 'create',
    filename: 'tea.md',
    title: 'Tea & water',
    slug: 'tea',
    url: 'http://127.0.0.1:4180/articles/tea.md',
    date: '2026-11-20',
    description: 'How to',
    tags: ['a', 'b'],
    wordCount: 1200,
    excerpt: 'Boil water.',
    externalLinks: ['https://example.com/guide'],
    externalImages: ['https://example.com/pot.png'],
    hiddenCharacters: [],
    contentDigest: DIGEST,
    contentBytes: 40,
  },
  unpublish: {
    action: 'unpublish',
    slug: 'tea',
    url: 'http://127.0.0.1:4180/articles/tea.md',
    title: 'Tea',
    publishedAt: '2026-11-19T12:00:00.000Z',
    contentDigest: DIGEST,
    reversible: true,
  },
  refund: {
    action: 'refund',
    ...ticket,
    customer,
    orderId: '501',
    refund: { amount: 250, currency: 'EUR' },
    orderTotal: { amount: 1000, currency: 'EUR' },
    refundedBefore: 100,
    refundedAfter: 350,
    leftAfter: 650,
    reason: 'Two cups arrived broken.',
  },
  export_customers: {
    action: 'export_customers',
    rowCount: 37,
    fields: ['customerId', 'companyName', 'email'],
    filter: { country: 'Germany' },
    holdsContactData: true,
    fetchedBy: 'a person, once, within a day',
  },
  create_ticket: {
    action: 'create_ticket',
    customer,
    flags: [],
    subject: 'A question',
    text: 'About a delivery.',
    status: 'open',
    priority: 'normal',
  },
  update_ticket: {
    action: 'update_ticket',
    ...ticket,
    changes: [
      { field: 'status', before: 'open', after: 'solved' },
      { field: 'assignee', before: null, after: 'billing' },
    ],
    note: 'Looked at.',
  },
  reply_to_customer: {
    action: 'reply_to_customer',
    ...ticket,
    to: { ...customer, email: 'a•••@•••.example' },
    text: 'Dear Anna,\n\n  we are sorry.',
    contentDigest: DIGEST,
    messagesBefore: 2,
  },
};
