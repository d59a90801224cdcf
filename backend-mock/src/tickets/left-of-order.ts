/** What an order came to and what of it was paid back so far, in minor units of one currency. */
export interface Paid {
  readonly total: number;
  readonly refunded: number;
}

/** What is left of an order's total, in minor units. Nothing where a sum is no longer exact. */
export function leftOf({ total, refunded }: Paid): number {
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(refunded)) return 0;
  return Math.max(0, total - Math.max(0, refunded));
}

/** What is left after one more refund; undefined when that is more than is left, or no amount to pay back at all. */
export function leftAfter(paid: Paid, amount: number): number | undefined {
  const left = leftOf(paid) - amount;
  return Number.isSafeInteger(amount) && amount > 0 && left >= 0 ? left : undefined;
}
