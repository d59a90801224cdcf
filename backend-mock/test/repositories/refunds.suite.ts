import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { refundedOf } from '../../src/customers/orders-repository.ts';
import { isUniqueViolation, type Database, type Tx } from '../../src/database/database.ts';
import type { Resource } from '../../src/plans/plan.ts';
import { takeVersions } from '../../src/plans/resource-versions.ts';
import { leftAfter } from '../../src/tickets/left-of-order.ts';
import { payBack, type Refund } from '../../src/tickets/refunds-repository.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { NOON } from '../support/rows.ts';
import { insertRecords } from '../support/ticket-rows.ts';

const ORDER = '501';
const TOTAL = 1000;

/** A refund like no other, of ANNA's order on ANNA's ticket. */
const refund = (amount: number, overrides: Partial<Refund> = {}): Refund => ({
  id: randomUUID(),
  orderId: ORDER,
  ticketId: '1842',
  planId: randomUUID(),
  refund: { amount, currency: 'EUR' },
  reason: 'Damaged.',
  ...overrides,
});

/** A row as it lies in the store, whatever it does to the order. */
async function insertRow(tx: Tx, { id, orderId, ticketId, planId, refund: paid, reason }: Refund): Promise<void> {
  const row = { id, order_id: orderId, ticket_id: ticketId, plan_id: planId, ...paid, reason, created_at: NOON };
  await tx.insertInto('refunds').values(row).execute();
}

export function refundsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(insertRecords);
  });
  const pay = (one: Refund): Promise<number | undefined> => store.transaction((tx) => payBack(tx, one, NOON));
  const paid = async (): Promise<number> => (await store.transaction((tx) => refundedOf(tx, [ORDER]))).get(ORDER) ?? 0;
  const rows = (): Promise<unknown[]> => store.db.selectFrom('refunds').selectAll().execute();

  test('a refund is one row with its plan, and says what is left', async () => {
    const one = refund(400);
    expect(await pay(one)).toBe(600);
    expect(await rows()).toEqual([
      {
        id: one.id,
        order_id: ORDER,
        ticket_id: '1842',
        plan_id: one.planId,
        amount: 400,
        currency: 'EUR',
        reason: 'Damaged.',
        created_at: NOON,
      },
    ]);
    const order = await store.db.selectFrom('orders').selectAll().where('id', '=', ORDER).executeTakeFirstOrThrow();
    expect(order).toMatchObject({ version: 1, total: TOTAL });
  });

  test('the last minor unit can be paid back, and nothing after it', async () => {
    expect(await pay(refund(999))).toBe(1);
    expect(await pay(refund(2))).toBeUndefined();
    expect(await pay(refund(1))).toBe(0);
    expect(await pay(refund(1))).toBeUndefined();
    expect(await paid()).toBe(TOTAL);
  });

  test.each<[string, Refund]>([
    ['more than the total', refund(1001)],
    ['more than a number can hold exactly', refund(Number.MAX_SAFE_INTEGER + 1)],
    ['nothing', refund(0)],
    ['less than nothing', refund(-1)],
    ['part of a minor unit', refund(0.5)],
    ['another currency', refund(1, { refund: { amount: 1, currency: 'USD' } })],
    ["another customer's order", refund(1, { orderId: '502' })],
    ['an order that there is not', refund(1, { orderId: '503' })],
    ['a ticket that there is not', refund(1, { ticketId: '9' })],
  ])('%s is not paid back', async (_what, one) => {
    expect(await pay(one)).toBeUndefined();
    expect(await rows()).toEqual([]);
  });

  test('one plan pays back once, whatever else fails', async () => {
    const one = refund(100);
    expect(await pay(one)).toBe(900);
    const again = await pay({ ...one, id: randomUUID() }).catch((error: unknown) => isUniqueViolation(error));
    expect(again).toBe(true);
    expect(await paid()).toBe(100);
  });

  test('of ten refunds at once as many are paid as the total holds', async () => {
    const results = await atOnce(store, 10, (tx) => payBack(tx, refund(300), NOON));
    expect(results.filter((left) => left !== undefined).toSorted((a, b) => a - b)).toEqual([100, 400, 700]);
    expect(await paid()).toBe(900);
  });

  test('one that waited for another sees what that one paid', async () => {
    const results = await overlap(
      store,
      (tx) => payBack(tx, refund(600), NOON),
      (tx) => payBack(tx, refund(600), NOON),
    );
    expect(results.map(valueOf)).toEqual([400, undefined]);
    expect(await paid()).toBe(600);
  });

  test('one that waited for another that failed is paid in its place', async () => {
    const [, second] = await overlap(
      store,
      (tx) => payBack(tx, refund(600), NOON),
      (tx) => payBack(tx, refund(600), NOON),
      'rollback',
    );
    expect(valueOf(second)).toBe(400);
    expect(await paid()).toBe(600);
  });

  test('refunds that only look before they pay overpay, where transactions overlap at all', async () => {
    const looked = Promise.withResolvers<void>();
    let looking = store.engine === 'postgres' ? 4 : 1;
    await atOnce(store, 4, async (tx) => {
      const refunded = (await refundedOf(tx, [ORDER])).get(ORDER) ?? 0;
      if (--looking === 0) looked.resolve();
      await looked.promise;
      if (leftAfter({ total: TOTAL, refunded }, 300) !== undefined) await insertRow(tx, refund(300));
    });
    expect(await paid()).toBe(store.engine === 'postgres' ? 1200 : 900);
  });

  test('of commits that race from the same version of the order one pays', async () => {
    const resources: readonly Resource[] = [
      { type: 'ticket', id: '1842', version: 1, pinned: true },
      { type: 'order', id: ORDER, version: 1 },
    ];
    const results = await atOnce(store, 10, async (tx) =>
      (await takeVersions(tx, resources)) ? undefined : payBack(tx, refund(100), NOON),
    );
    expect(results.filter((left) => left !== undefined)).toEqual([900]);
    expect(await paid()).toBe(100);
  });

  test('whatever is asked for in whatever order, what is paid never exceeds the total', async () => {
    const amounts = fc.array(fc.oneof(fc.integer({ min: -5, max: TOTAL + 5 }), fc.integer(), fc.double()), {
      maxLength: 12,
    });
    const property = fc.asyncProperty(amounts, async (wanted) => {
      await store.db.deleteFrom('refunds').execute();
      let expected = 0;
      for (const amount of wanted) {
        const fits = Number.isInteger(amount) && amount > 0 && expected + amount <= TOTAL;
        if (fits) expected += amount;
        expect(await pay(refund(amount))).toBe(fits ? TOTAL - expected : undefined);
      }
      expect(await paid()).toBe(expected);
    });
    await fc.assert(property, { numRuns: 50 });
  });
}
