import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { leftAfter, leftOf } from '../../src/tickets/left-of-order.ts';

const MOST = Number.MAX_SAFE_INTEGER;

test('what is left is the total without what was paid back [ticket.refund]', () => {
  expect(leftOf({ total: 1000, refunded: 0 })).toBe(1000);
  expect(leftOf({ total: 1000, refunded: 400 })).toBe(600);
  expect(leftOf({ total: 1000, refunded: 1000 })).toBe(0);
});

test.each([
  ['more was paid back than the total', { total: 1000, refunded: 1001 }],
  ['the total is below nothing', { total: -1, refunded: 0 }],
  ['the total is no longer exact', { total: MOST + 1, refunded: 0 }],
  ['the sum of refunds is no longer exact', { total: MOST, refunded: MOST + 1 }],
  ['the total is no number', { total: Number.NaN, refunded: 0 }],
])('nothing is left where %s [ticket.refund]', (_what, paid) => {
  expect(leftOf(paid)).toBe(0);
  expect(leftAfter(paid, 1)).toBeUndefined();
});

test('refunds below nothing, which only a hand can have written, do not make more of a total [ticket.refund]', () => {
  expect(leftOf({ total: 1000, refunded: -500 })).toBe(1000);
});

test.each([0, -1, 0.5, 1001, MOST, MOST + 1, Infinity, -Infinity, Number.NaN])(
  'an amount of %d cannot be paid back of 1000 [ticket.refund]',
  (amount) => {
    expect(leftAfter({ total: 1000, refunded: 0 }, amount)).toBeUndefined();
  },
);

test('whatever is paid back one after the other, it never adds up to more than the total [ticket.refund]', () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.array(fc.oneof(fc.maxSafeInteger(), fc.nat(100), fc.double())),
      (total, amounts) => {
        let refunded = 0;
        for (const amount of amounts) {
          const left = leftAfter({ total, refunded }, amount);
          if (left === undefined) continue;
          refunded += amount;
          expect(left).toBe(total - refunded);
        }
        expect(refunded).toBeLessThanOrEqual(total);
      },
    ),
  );
});
