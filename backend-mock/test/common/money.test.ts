import { expect, test } from '@jest/globals';
import { formatMoney } from '../../src/common/money.ts';

test.each([
  [1250, 'EUR', '12.50 EUR'],
  [44000, 'EUR', '440.00 EUR'],
  [5, 'EUR', '0.05 EUR'],
  [0, 'EUR', '0.00 EUR'],
  [-5, 'USD', '-0.05 USD'],
  [1250, 'JPY', '1250 JPY'],
  [0, 'JPY', '0 JPY'],
  [1250, 'KWD', '1.250 KWD'],
  [7, 'KWD', '0.007 KWD'],
  [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
  [15_000_000, 'IDR', '150000.00 IDR'],
  [150, 'ZZZ', '150 minor units of ZZZ'],
])('%d minor units of %s are written as %s', (amount, currency, text) => {
  expect(formatMoney({ amount, currency })).toBe(text);
});
