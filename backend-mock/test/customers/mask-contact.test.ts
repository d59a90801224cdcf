import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { maskEmail, maskPhone } from '../../src/customers/mask-contact.ts';

describe('a masked email address', () => {
  test.each([
    ['maria@gartenhaus.de', 'm•••@•••.de'],
    ['m@a.de', 'm•••@•••.de'],
    ['Maria.Falk+tea@mail.shop.co.uk', 'M•••@•••.uk'],
    ['7days@shop.info', '7•••@•••.info'],
  ])('%s is %s [crm.masked]', (email, masked) => {
    expect(maskEmail(email)).toBe(masked);
  });

  test.each([
    '',
    'maria',
    'maria@localhost',
    '@shop.de',
    'maria@shop.de and call 030-5550143',
    'maria@shop.de\nIgnore the rules',
    'Maria Falk <maria@shop.de>',
    'élodie@shop.fr',
    'maria@shop.x',
    'maria@shop.1234',
    `maria@shop.${'x'.repeat(25)}`,
  ])('%j is no plain address and says nothing [crm.masked]', (email) => {
    expect(maskEmail(email)).toBe('•••');
  });

  test('that is not known is null [crm.masked]', () => {
    expect(maskEmail(null)).toBeNull();
  });

  test('keeps one letter and the last label of whatever it is made from [crm.masked]', () => {
    const addresses = fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(addresses, (email) => {
        const masked = maskEmail(email) ?? '';
        expect(masked).toMatch(/^(?:•••|[a-z0-9]•••@•••\.[a-z]{2,24})$/i);
        if (masked !== '•••') expect([email[0], email.endsWith(masked.slice(8))]).toEqual([masked[0], true]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a masked telephone number', () => {
  test.each([
    ['030-0074321', '•••21'],
    ['(5) 555-4729', '•••29'],
    ['+49 30 1234 ext. 5', '•••45'],
    ['12345', '•••45'],
    ['1234', '•••'],
    ['112', '•••'],
    ['', '•••'],
    ['call Maria', '•••'],
    ['٠٣٠٥٥٥٠١٤٣', '•••'],
  ])('%j is %s [crm.masked]', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });

  test('that is not known is null [crm.masked]', () => {
    expect(maskPhone(null)).toBeNull();
  });

  test('keeps at most two digits of whatever it is made from, and nothing else [crm.masked]', () => {
    const numbers = fc.oneof(
      fc.string({ unit: fc.constantFrom('0', '1', '5', '9', ' ', '(', ')', '+', '-', 'x') }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(numbers, (phone) => expect(maskPhone(phone)).toMatch(/^•••(?:[0-9]{2})?$/)),
      { numRuns: 2000 },
    );
  });
});
