import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { currencyOf, parseAmount } from '../../src/data/amounts.ts';

const EUR = currencyOf('EUR');
const minor = (text: string, code = 'EUR'): number | string => {
  const amount = parseAmount(text, currencyOf(code));
  return amount.ok ? amount.minor : amount.message;
};

describe('decimal amounts', () => {
  test.each([
    ['EUR', '0', 0],
    ['EUR', '440.0', 44_000],
    ['EUR', '1863.4', 186_340],
    ['EUR', '654.06', 65_406],
    ['EUR', '12.5000', 1250],
    ['EUR', '007.50', 750],
    // Each of these is another number once it was a floating-point one.
    ['EUR', '1.15', 115],
    ['EUR', '8.29', 829],
    ['EUR', '90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['JPY', '1250', 1250],
    ['JPY', '1250.00', 1250],
    ['KWD', '1.234', 1234],
  ])('%s %s is %d minor units', (code, text, expected) => {
    expect(minor(text, code)).toBe(expected);
  });

  test('every amount of minor units comes back from its decimals, whatever zeros follow them', () => {
    const sample = fc.tuple(fc.maxSafeNat(), fc.constantFrom('EUR', 'JPY', 'KWD'), fc.nat(5));
    fc.assert(
      fc.property(sample, ([amount, code, zeros]) => {
        const { digits } = currencyOf(code);
        const text = String(amount).padStart(digits + 1, '0');
        const fraction = text.slice(text.length - digits) + '0'.repeat(zeros);
        expect(minor(`${text.slice(0, text.length - digits)}${fraction ? `.${fraction}` : ''}`, code)).toBe(amount);
      }),
    );
  });

  test.each([
    ['1,50', /no decimal amount/],
    ['1.234,50', /no decimal amount/],
    ['1 000', /no decimal amount/],
    ['1e3', /no decimal amount/],
    ['.5', /no decimal amount/],
    ['5.', /no decimal amount/],
    ['+5', /no decimal amount/],
    ['€5', /no decimal amount/],
    ['٥', /no decimal amount/],
    [' 5', /no decimal amount/],
    ['NaN', /no decimal amount/],
    ['0x10', /no decimal amount/],
    ['9'.repeat(33), /no decimal amount/],
    ['-5', /negative/],
    ['-0', /negative/],
    ['1.005', /more decimal places than the 2 of EUR/],
    ['90071992547409.92', /more than can be kept exactly/],
    ['9'.repeat(32), /more than can be kept exactly/],
  ])('%j is a fault', (text, message) => {
    expect(minor(text)).toMatch(message);
  });

  test('what is no plain decimal is always a fault, and never an error', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.,+e -]*$/), (text) => {
        expect(parseAmount(text, EUR).ok && !/^\d+(\.\d+)?$/.test(text)).toBe(false);
      }),
    );
  });
});

describe('currencies', () => {
  test.each([
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    // Nodes differ in what they say of these.
    ['IDR', 2],
    ['IQD', 3],
    ['HUF', 2],
  ])('%s has %d digits', (code, digits) => {
    expect(currencyOf(code)).toEqual({ code, digits });
  });

  test.each(['eur', 'EURO', 'XYZ', '', '€', 'E\u202EUR', 'XAU', 'XXX', 'XTS', 'XDR'])('%j is none', (code) => {
    expect(() => currencyOf(code)).toThrow(/is no currency of ISO 4217/);
  });
});
