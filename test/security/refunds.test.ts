import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startLab, type Lab } from '../support/lab.ts';
import {
  addOrder,
  approved,
  call,
  commit,
  expectCaughtIn,
  expectDenied,
  ORDER,
  paidOf,
  plan,
  pointersOf,
  recordsOf,
  refundOf,
  resultOf,
  seedTickets,
  TICKET,
  told,
  TOTAL,
  type Store,
} from '../support/tickets.ts';
import { send, type WireReply } from '../support/wire-client.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => seedTickets(lab));
afterAll(() => lab?.stop());

describe('a refund', () => {
  test('is planned in full view, paid once after approval, and then part of what get_ticket shows [ticket.refund, outcome.plan_refund, outcome.commit_refund]', async () => {
    const before = await recordsOf(lab);
    const planned = await plan(lab, 'refund', refundOf(400));
    expect(planned.json).toMatchObject({
      status: 'pending_approval',
      preview: {
        action: 'refund',
        ticketId: TICKET,
        untrusted: { subject: 'About 1842' },
        flags: [],
        customer: { customerId: 'ANNA', untrusted: { companyName: 'Company ANNA', contactName: 'Contact of ANNA' } },
        orderId: ORDER,
        refund: { amount: 400, currency: 'EUR' },
        orderTotal: { amount: TOTAL, currency: 'EUR' },
        refundedBefore: 0,
        refundedAfter: 400,
        leftAfter: 600,
        reason: 'Two cups arrived broken.',
      },
    });
    const planId = String(planned.json['planId']);
    await expectDenied(lab, () => commit(lab, 'refund', planId), 'approval_required');
    expect(await recordsOf(lab)).toEqual(before);

    await lab.people.owner.decide('approve', planId);
    const first = await commit(lab, 'refund', planId);
    const result = resultOf(first);
    expect(result).toEqual({
      refundId: expect.any(String),
      ticketId: TICKET,
      orderId: ORDER,
      refund: { amount: 400, currency: 'EUR' },
      left: 600,
    });
    const again = await commit(lab, 'refund', planId);
    expect(again.json).toEqual({ ...first.json, repeated: true });
    const rows = await lab.backend.database.db.selectFrom('refunds').selectAll().execute();
    expect(rows).toMatchObject([{ id: result['refundId'], plan_id: planId, amount: 400, currency: 'EUR' }]);
    const { json } = await call(lab, 'get_ticket', { ticketId: TICKET });
    expect(json['orders']).toMatchObject([{ orderId: ORDER, total: { amount: TOTAL }, refunded: 400 }]);
    // The order has moved on, the ticket only lent its name.
    const after = await recordsOf(lab);
    expect(after['orders']).toMatchObject([{ id: ORDER, version: 2 }, { version: 1 }]);
    expect(after['tickets']).toEqual(before['tickets']);
  });

  test('the page and what it is approved by say the money in words of people [approval.page, ticket.refund]', async () => {
    const { json } = await plan(lab, 'refund', refundOf(1));
    const page = await (await fetch(String(json['approvalUrl']))).text();
    expect(page).toContain('0.01 EUR of order 501 is paid back (total 10.00 EUR, refunded before 0.00 EUR).');
    expect(page).toMatch(/<dt>left after<\/dt>\s*<dd>9\.99 EUR<\/dd>/);
    expect(page).toMatch(/<dt>customer: company name \(from outside\)<\/dt>\s*<dd>Company ANNA<\/dd>/);
  });
});

describe('an amount', () => {
  test.each<[string, JsonObject]>([
    ['negative', { amount: -1 }],
    ['zero', { amount: 0 }],
    ['fractional', { amount: 0.5 }],
    ['a fraction above one', { amount: 12.5 }],
    ['a string', { amount: '400' }],
    ['null', { amount: null }],
    ['a list', { amount: [400] }],
    ['no longer exact', { amount: Number.MAX_SAFE_INTEGER + 1 }],
    ['as large as a number can be', { amount: Number.MAX_VALUE }],
    ['one minor unit more than the total', { amount: TOTAL + 1 }],
    ['the largest that is exact', { amount: Number.MAX_SAFE_INTEGER }],
  ])(
    'that is %s is refused at its place, and nothing is planned [ticket.refund, wire.arguments]',
    async (_what, differs) => {
      const reply = await expectDenied(lab, () => plan(lab, 'refund', refundOf(1, differs)), 'invalid_arguments');
      expect(pointersOf(reply)).toEqual(['/amount']);
    },
  );

  test.each(['1e400', '-1e400', '1e2', '400.0', '0.1e1', '-0'])(
    'written as %s is no canonical number, and is refused before anything is known of it [ticket.refund, wire.canonical]',
    async (text) => {
      const before = await recordsOf(lab);
      const wire = lab.wireOf('ticket-handler');
      const body = `{"amount":${text},"currency":"EUR","orderId":"501","reason":"x","ticketId":"1842"}`;
      const grant = await wire.grant();
      const reply = await send(wire.sign('/v1/tickets/plan_refund', Buffer.from(body), grant));
      expect([reply.status, reply.json['code']]).toEqual([400, 'not_canonical']);
      expect(await recordsOf(lab)).toEqual(before);
    },
  );

  test('above what is left is refused with what is left, after earlier refunds [ticket.refund]', async () => {
    await commit(lab, 'refund', await approved(lab, 'refund', refundOf(900)));
    const over = await expectDenied(lab, () => plan(lab, 'refund', refundOf(101)), 'invalid_arguments');
    expect(over.json['errors']).toEqual([{ pointer: '/amount', message: 'At most 100 minor units (1.00 EUR).' }]);
    await commit(lab, 'refund', await approved(lab, 'refund', refundOf(100)));
    const none = await expectDenied(lab, () => plan(lab, 'refund', refundOf(1)), 'invalid_arguments');
    expect(none.json['errors']).toEqual([{ pointer: '/amount', message: 'Nothing is left of this order.' }]);
    expect(await paidOf(lab)).toBe(TOTAL);
  });

  test.each(['USD', 'JPY', 'eur', 'Eur', 'EURO', 'EU', '', ' EUR', 'ЕUR', '€'])(
    'in the currency "%s" is refused at its place [ticket.refund]',
    async (currency) => {
      const reply = await expectDenied(lab, () => plan(lab, 'refund', refundOf(1, { currency })), 'invalid_arguments');
      expect(pointersOf(reply)).toEqual(['/currency']);
    },
  );

  test('of an order in another currency is in that currency [ticket.refund]', async () => {
    await addOrder(lab, '900', 'ANNA', 500, 'JPY');
    const euros = refundOf(1, { orderId: '900' });
    const reply = await expectDenied(lab, () => plan(lab, 'refund', euros), 'invalid_arguments');
    expect(reply.json['errors']).toEqual([{ pointer: '/currency', message: 'JPY, the currency of the order.' }]);
    const over = refundOf(501, { orderId: '900', currency: 'JPY' });
    const { json } = await expectDenied(lab, () => plan(lab, 'refund', over), 'invalid_arguments');
    expect(json['errors']).toEqual([{ pointer: '/amount', message: 'At most 500 minor units (500 JPY).' }]);
  });

  test('of an order whose total is zero or below is refused [ticket.refund]', async () => {
    for (const [at, total] of [0, -5].entries()) {
      await addOrder(lab, `90${at}`, 'ANNA', total, 'EUR');
      await expectDenied(lab, () => plan(lab, 'refund', refundOf(1, { orderId: `90${at}` })), 'invalid_arguments');
    }
  });
});

describe('whose order it is', () => {
  const foreignAndAbsent = async (on: Lab): Promise<void> => {
    const foreign = await expectDenied(on, () => plan(on, 'refund', refundOf(1, { orderId: '502' })), 'not_found');
    const absent = await expectDenied(on, () => plan(on, 'refund', refundOf(1, { orderId: '599' })), 'not_found');
    expect(told(foreign)).toEqual(told(absent));
    const strip = ({ text, json }: WireReply): string => text.replace(String(json['auditId']), '');
    expect(strip(foreign)).toBe(strip(absent));
  };

  test("another customer's order is answered byte for byte like one that there is not [ticket.own-order, isolation.absent]", () =>
    foreignAndAbsent(lab));

  test('a backend that finds any order is caught [check.twins, ticket.own-order]', async () => {
    const module = 'backend-mock/src/customers/orders-repository.ts';
    const anybodys = async (tx: Store, _customerId: string, id: string): Promise<unknown> => {
      const row = await tx.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst();
      return row && { ...row, customerId: row.customer_id };
    };
    await expectCaughtIn({ module, instead: () => ({ findOrderOf: anybodys }) }, foreignAndAbsent);
  }, 30_000);

  test('an unknown ticket and a closed one are refused in words that help [ticket.own-order]', async () => {
    const absent = refundOf(1, { ticketId: '999' });
    const { json } = await expectDenied(lab, () => plan(lab, 'refund', absent), 'not_found');
    expect(json['detail']).toMatch(/list_tickets/);
    const closed = refundOf(1, { ticketId: '1844' });
    const reply = await expectDenied(lab, () => plan(lab, 'refund', closed), 'invalid_arguments');
    expect(reply.json['detail']).toMatch(/closed/);
    expect(pointersOf(reply)).toEqual(['/ticketId']);
  });
});

describe('a grant that is narrowed to one ticket', () => {
  const narrowed = (): Promise<string> => {
    const details = [{ type: 'ticket', identifier: TICKET, actions: ['plan_refund', 'commit_refund'] }];
    return lab.wireOf('ticket-handler').grant({ authorization_details: JSON.stringify(details) });
  };

  test('refunds on that ticket, from plan to receipt [grant.task, ticket.refund]', async () => {
    const grant = await narrowed();
    const { json } = await plan(lab, 'refund', refundOf(10), { grant });
    const planId = String(json['planId']);
    await lab.people.owner.decide('approve', planId);
    expect(resultOf(await commit(lab, 'refund', planId, { grant }))).toMatchObject({ left: 990 });
  });

  test('is task_mismatch for another ticket, for its plans and for other tools [grant.task, law.narrowing]', async () => {
    const grant = await narrowed();
    const others = refundOf(10, { ticketId: '1843', orderId: '502' });
    const there = await expectDenied(lab, () => plan(lab, 'refund', others, { grant }), 'task_mismatch');
    const absent = { ...others, ticketId: '999' };
    const nowhere = await expectDenied(lab, () => plan(lab, 'refund', absent, { grant }), 'task_mismatch');
    expect(told(there)).toEqual(told(nowhere));
    const planId = await approved(lab, 'refund', others);
    await expectDenied(lab, () => commit(lab, 'refund', planId, { grant }), 'task_mismatch');
    const reply = { ticketId: TICKET, text: 'Hello.' };
    await expectDenied(lab, () => plan(lab, 'reply_to_customer', reply, { grant }), 'task_mismatch');
    await expectDenied(lab, () => call(lab, 'get_ticket', { ticketId: TICKET }, { grant }), 'task_mismatch');
    expect(await paidOf(lab, '502')).toBe(0);
  });

  test("does not reach another customer's order through its ticket [grant.task, ticket.own-order]", async () => {
    const grant = await narrowed();
    await expectDenied(lab, () => plan(lab, 'refund', refundOf(1, { orderId: '502' }), { grant }), 'not_found');
  });
});
