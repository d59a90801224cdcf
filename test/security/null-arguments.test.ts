import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { ERAS } from '../support/mcp-session.ts';
import { Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await Product.start();
}, 120_000);
afterAll(() => product?.dispose());

const NOTHING = { limit: null, cursor: null };

describe.each(ERAS)('null for an argument, through a client of %s', (era) => {
  test('is left out where it is optional, in each tool that has such an argument [host.null-is-absent]', async () => {
    const crm = await product.connect('crm-reader', era);
    const found = await crm.call('search_customers', { query: 'an', ...NOTHING });
    expect(found).toMatchObject({ isError: false, data: { customers: expect.any(Array) } });
    const plain = await crm.call('search_customers', { query: 'an' });
    expect(found.data['customers']).toEqual(plain.data['customers']);
    const filter = { country: 'Germany', city: null, orderedSince: null };
    const exported = await crm.call('plan_export_customers', { filter, fields: ['companyName'] });
    // The wall lets it through; the token of the reader does not cover it.
    expect(exported.data['code']).toBe('insufficient_scope');

    const tickets = await product.connect('ticket-handler', era);
    const all = { status: null, priority: null, assignee: null, customerId: null, ...NOTHING };
    const listed = await tickets.call('list_tickets', all);
    expect(listed.isError).toBe(false);
    const [ticket] = listed.data['tickets'] as JsonObject[];
    const ticketId = String(ticket?.['ticketId']);
    const change = { ticketId, status: null, priority: null, assignee: null, note: `By ${era}.` };
    expect((await tickets.call('plan_update_ticket', change)).data).toMatchObject({ preview: { note: change.note } });
    // Nothing at all is still no change.
    const none = await tickets.call('plan_update_ticket', { ...change, note: null });
    expect(none.data['code']).toBe('invalid_arguments');
  }, 60_000);

  test('is refused where it is required [host.null-is-absent]', async () => {
    const crm = await product.connect('crm-reader', era);
    const tickets = await product.connect('ticket-handler', era);
    const refused = [
      await crm.call('search_customers', { query: null }),
      await crm.call('get_customer', { customerId: null }),
      await tickets.call('get_ticket', { ticketId: null }),
      await tickets.call('plan_update_ticket', { ticketId: null, status: 'open' }),
    ];
    expect(refused.map(({ data }) => data['code'])).toEqual(refused.map(() => 'invalid_arguments'));
  }, 60_000);
});
