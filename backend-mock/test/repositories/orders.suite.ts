import { beforeEach, expect, test } from '@jest/globals';
import { findOrderOf, recentOrders, refundedOf, type Order } from '../../src/customers/orders-repository.ts';
import type { Database, Tx } from '../../src/database/database.ts';
import type { Stores } from '../support/engines.ts';
import { NOON } from '../support/rows.ts';
import { insertOrders, insertRecords, makeOrder } from '../support/ticket-rows.ts';

const EVERYTHING: Order = {
  id: '600',
  version: 3,
  customerId: 'ANNA',
  orderedOn: '2026-11-02',
  requiredOn: '2026-11-30',
  shippedOn: '2026-11-05',
  shipCity: 'Kiel',
  shipCountry: 'Germany',
  freight: 1250,
  total: Number.MAX_SAFE_INTEGER,
  currency: 'JPY',
};

export function ordersSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(insertRecords);
  });
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction(work);
  const insert = (...orders: Order[]): Promise<void> => run((tx) => insertOrders(tx, ...orders));
  const refund = (id: string, order_id: string, amount: number): Promise<unknown> =>
    store.db
      .insertInto('refunds')
      .values({ id, plan_id: id, order_id, ticket_id: '1842', amount, currency: 'EUR', reason: '-', created_at: NOON })
      .execute();

  test('an order is found as it was stored, by its customer alone', async () => {
    await insert(EVERYTHING);
    expect(await run((tx) => findOrderOf(tx, 'ANNA', '600'))).toEqual(EVERYTHING);
    for (const [customerId, id] of [
      ['BERT', '600'],
      ['anna', '600'],
      ['ANNA', '502'],
      ['ANNA', '60%'],
      ['ANNA', '6000'],
    ] as const) {
      expect(await run((tx) => findOrderOf(tx, customerId, id))).toBeUndefined();
    }
  });

  test('orders are counted by their customer', async () => {
    await insert(EVERYTHING, makeOrder('601', 'ANNA'));
    expect(await run((tx) => recentOrders(tx, 'ANNA', 1))).toMatchObject({ count: 3 });
    expect(await run((tx) => recentOrders(tx, 'BERT', 1))).toMatchObject({ count: 1 });
    expect(await run((tx) => recentOrders(tx, 'anna', 1))).toMatchObject({ count: 0 });
  });

  test("a customer's newest orders come first, as many as were asked for, and nobody else's", async () => {
    await insert(
      EVERYTHING,
      makeOrder('601', 'ANNA', { orderedOn: '2026-11-02' }),
      makeOrder('602', 'ANNA', { orderedOn: '2025-01-01' }),
      makeOrder('603', 'BERT', { orderedOn: '2026-11-20' }),
    );
    const { orders } = await run((tx) => recentOrders(tx, 'ANNA', 3));
    expect(orders).toEqual([
      {
        orderId: '601',
        orderedOn: '2026-11-02',
        shippedOn: null,
        total: { amount: 1000, currency: 'EUR' },
        refunded: 0,
      },
      {
        orderId: '600',
        orderedOn: '2026-11-02',
        shippedOn: '2026-11-05',
        total: { amount: Number.MAX_SAFE_INTEGER, currency: 'JPY' },
        refunded: 0,
      },
      {
        orderId: '501',
        orderedOn: '2026-10-01',
        shippedOn: null,
        total: { amount: 1000, currency: 'EUR' },
        refunded: 0,
      },
    ]);
    expect(await run((tx) => recentOrders(tx, 'nobody', 3))).toEqual({ count: 0, orders: [] });
  });

  test('what was refunded is summed for each order, as a number', async () => {
    await refund('r1', '501', 400);
    await refund('r2', '501', 25);
    await refund('r3', '502', 7);
    expect(await run((tx) => refundedOf(tx, ['501', '502', '503']))).toEqual(
      new Map([
        ['501', 425],
        ['502', 7],
      ]),
    );
    expect(await run((tx) => refundedOf(tx, []))).toEqual(new Map());
    expect((await run((tx) => recentOrders(tx, 'ANNA', 10))).orders.map(({ refunded }) => refunded)).toEqual([425]);
  });
}
