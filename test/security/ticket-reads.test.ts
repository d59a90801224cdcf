import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startLab, type Lab } from '../support/lab.ts';
import { call, customerWrites, expectDenied, pointersOf, seedTickets, TICKET, told } from '../support/tickets.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => seedTickets(lab));
afterAll(() => lab?.stop());

describe('reading', () => {
  test('lists tickets newest first, a page at a time, by enumerated filters [outcome.list_tickets, text.labelled]', async () => {
    const all = await call(lab, 'list_tickets', {});
    const ids = (all.json['tickets'] as JsonObject[]).map(({ ticketId }) => ticketId);
    expect(ids).toEqual(['1844', '1843', '1842']);
    expect((all.json['tickets'] as JsonObject[])[2]).toEqual({
      ticketId: '1842',
      status: 'open',
      priority: 'normal',
      assignee: null,
      customerId: 'ANNA',
      createdAt: '2026-11-20T12:00:00.000Z',
      updatedAt: '2026-11-20T12:00:00.000Z',
      untrusted: { subject: 'About 1842' },
      flags: [],
    });
    expect(all.json).not.toHaveProperty('nextCursor');

    const paged: unknown[] = [];
    let cursor: JsonObject = {};
    for (let page = 0; page < 2; page++) {
      const { json } = await call(lab, 'list_tickets', { customerId: 'ANNA', limit: 1, ...cursor });
      paged.push(...(json['tickets'] as JsonObject[]).map(({ ticketId }) => ticketId));
      cursor = 'nextCursor' in json ? { cursor: String(json['nextCursor']) } : {};
    }
    expect([paged, cursor]).toEqual([['1844', '1842'], {}]);
    for (const filter of [
      { status: 'solved' },
      { priority: 'urgent' },
      { assignee: 'billing' },
      { customerId: 'EVE' },
    ]) {
      expect((await call(lab, 'list_tickets', filter)).json).toEqual({ tickets: [] });
    }
  });

  test('a cursor goes on with its own listing of its own client and nothing else [crm.cursor]', async () => {
    const { json } = await call(lab, 'list_tickets', { limit: 1 });
    const cursor = String(json['nextCursor']);
    const refused = [
      { limit: 1, status: 'open', cursor },
      { limit: 2, cursor },
      { limit: 1, cursor: `${cursor}A` },
      { limit: 1, cursor: `${cursor.slice(0, -2)}AA` },
      { limit: 1, cursor: cursor.replace(/^[^.]*/, 'eyJhbGciOiJub25lIn0') },
      { limit: 1, cursor: 'made-up' },
    ];
    const seen = new Set<string>();
    for (const args of refused) {
      const reply = await expectDenied(lab, () => call(lab, 'list_tickets', args), 'invalid_arguments');
      expect(pointersOf(reply)).toEqual(['/cursor']);
      seen.add(JSON.stringify(told(reply)));
    }
    expect(seen.size).toBe(1);
    expect((await call(lab, 'list_tickets', { limit: 1, cursor })).status).toBe(200);
  });

  test.each<[string, JsonObject]>([
    ['a page above the bound', { limit: 21 }],
    ['an empty page', { limit: 0 }],
    ['another status', { status: 'lost' }],
    ['a pattern', { customerId: '%' }],
    ['an order of its own', { orderBy: 'subject' }],
  ])('%s is refused [wire.arguments, outcome.list_tickets]', async (_what, args) => {
    await expectDenied(lab, () => call(lab, 'list_tickets', args), 'invalid_arguments');
  });

  test('shows one ticket with its thread, its customer and their orders [outcome.get_ticket, text.labelled]', async () => {
    const { json } = await call(lab, 'get_ticket', { ticketId: TICKET });
    expect(json).toEqual({
      ticketId: TICKET,
      status: 'open',
      priority: 'normal',
      assignee: null,
      createdAt: '2026-11-20T12:00:00.000Z',
      updatedAt: '2026-11-20T12:00:00.000Z',
      untrusted: { subject: 'About 1842' },
      flags: [],
      customer: {
        customerId: 'ANNA',
        untrusted: { companyName: 'Company ANNA', contactName: 'Contact of ANNA' },
        flags: [],
      },
      thread: ['Two cups arrived broken.', 'Is anybody there?'].map((text, at) => ({
        from: 'customer',
        kind: 'message',
        at: `2026-11-20T12:00:00.00${at + 1}Z`,
        untrusted: { text },
        flags: [],
      })),
      messageCount: 2,
      orders: [
        {
          orderId: '501',
          orderedOn: '2026-10-01',
          shippedOn: null,
          total: { amount: 1000, currency: 'EUR' },
          refunded: 0,
        },
      ],
    });
  });

  test('an answer stays of a size that hosts take, whatever customers write [outcome.get_ticket]', async () => {
    for (const body of ['你'.repeat(9000), '"\n'.repeat(9000), '\u202E\u200B'.repeat(9000)]) {
      for (let count = 0; count < 8; count++) await customerWrites(lab, TICKET, body);
    }
    const { json, text } = await call(lab, 'get_ticket', { ticketId: TICKET });
    expect(Buffer.byteLength(text)).toBeLessThan(60_000);
    expect(json['messageCount']).toBe(26);
    expect((json['thread'] as JsonObject[]).at(-1)).toMatchObject({ cut: true });
  });

  test('a ticket that there is not is not_found, in words that help', async () => {
    const { json } = await expectDenied(lab, () => call(lab, 'get_ticket', { ticketId: '999' }), 'not_found');
    expect(json['detail']).toMatch(/list_tickets/);
  });
});
