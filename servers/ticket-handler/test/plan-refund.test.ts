import { describe, expect, test } from '@jest/globals';
import { REASON_MAX } from '@narrow-deputies/contracts/tickets';
import { planRefund } from '../src/tools/plan-refund.ts';
import { ORDERS_TO_THE_MODEL, refundPlan } from './answers.ts';
import {
  answer,
  callTool,
  expectRefused,
  expectSigned,
  grantReply,
  newBackend,
  outsideUntrusted,
  problemReply,
  useMockedNetwork,
} from './support.ts';

const PATH = '/v1/tickets/plan_refund';
const good = {
  ticketId: '1842',
  orderId: '10248',
  amount: 1250,
  currency: 'EUR',
  reason: 'Two glasses were broken.',
};

useMockedNetwork();

describe('plan_refund', () => {
  test('sends minor units and currency, signed, and gives the plan back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, refundPlan]);
    const { content, isError } = await callTool(planRefund(newBackend()), good);
    expect(isError).toBe(false);
    expect(content).toEqual(refundPlan);
    expect(sent[0]?.body).toBe(
      '{"amount":1250,"currency":"EUR","orderId":"10248","reason":"Two glasses were broken.","ticketId":"1842"}',
    );
    expectSigned(sent[0]);
  });

  test('keeps what the customer wrote under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, refundPlan]);
    const { content } = await callTool(planRefund(newBackend()), good);
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
  });

  test.each([
    ['a negative amount', { amount: -1250 }, '/amount'],
    ['nothing', { amount: 0 }, '/amount'],
    ['less than nothing', { amount: -0 }, '/amount'],
    ['a fraction of a cent', { amount: 12.5 }, '/amount'],
    ['more than can be counted exactly', { amount: 2 ** 53 }, '/amount'],
    ['an endless amount', { amount: Number.POSITIVE_INFINITY }, '/amount'],
    ['an amount that is no number', { amount: Number.NaN }, '/amount'],
    ['an amount in words', { amount: '12.50 EUR' }, '/amount'],
    ['a currency in small letters', { currency: 'eur' }, '/currency'],
    ['a currency by its sign', { currency: '€' }, '/currency'],
    ['no currency', { currency: undefined }, '/currency'],
    ['an order by a path', { orderId: '../10248' }, '/orderId'],
    ['several orders', { orderId: ['10248', '10249'] }, '/orderId'],
    ['no reason', { reason: '      ' }, '/reason'],
    ['a reason of two lines', { reason: 'Broken\nglasses' }, '/reason'],
    ['a reason that hides something', { reason: 'Broken\u2066glasses' }, '/reason'],
    ['a reason without an end', { reason: 'Broken'.repeat(REASON_MAX) }, '/reason'],
    ['an account of its own', { iban: 'DE02120300000000202051' }, '/iban'],
    ['another customer', { customerId: 'OTHER1' }, '/customerId'],
  ])('refuses %s, and it is reported', async (_what, change, pointer) => {
    await expectRefused(planRefund(newBackend()), { ...good, ...change }, pointer);
  });

  test.each(['not_found', 'invalid_arguments', 'task_mismatch', 'denied_by_policy'] as const)(
    'gives %s of the backend on and does not report it as its own',
    async (code) => {
      answer('/oauth/token', grantReply());
      answer(PATH, problemReply(code));
      const { content, refusals } = await callTool(planRefund(newBackend()), good);
      expect(content).toMatchObject({ code, auditId: 'audit-1' });
      expect(refusals).toEqual([]);
    },
  );
});
