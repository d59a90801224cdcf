import { join } from 'node:path';
import { loadFixtures } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { draft, type Lab } from './lab.ts';
import { ROOT } from './processes.ts';

/** The shipped fixtures: customers from C1001, orders from 50001, tickets from 1801 to 1860. */
export async function seedRecords(lab: Lab): Promise<void> {
  await loadFixtures(lab.backend.database, lab.backend.environment, join(ROOT, 'backend-mock', 'fixtures'));
}

/** For each read and plan, arguments that succeed on the fixtures. */
export const VALID: Readonly<Record<string, JsonObject>> = {
  list_drafts: { drafts: [] },
  plan_publish_draft: { filename: 'isolation.md', content: draft('Isolation') },
  plan_unpublish_article: { slug: 'welcome' },
  search_customers: { query: 'tee' },
  get_customer: { customerId: 'C1001' },
  plan_export_customers: { filter: { orderedSince: '1990-01-01' }, fields: ['customerId'] },
  list_tickets: {},
  get_ticket: { ticketId: '1842' },
  plan_create_ticket: { customerId: 'C1001', subject: 'A question', text: 'About a delivery.', priority: 'normal' },
  plan_update_ticket: { ticketId: '1842', note: 'Looked at.' },
  plan_reply_to_customer: { ticketId: '1842', text: 'Thank you for waiting.' },
  plan_refund: { ticketId: '1842', orderId: '50181', amount: 1, currency: 'EUR', reason: 'Damaged on the way.' },
};
