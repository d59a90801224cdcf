import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type * as z from 'zod';
import { plainLine, plainText } from '../src/plain-text.ts';
import { scanText } from '../src/text.ts';

const faults = (schema: z.ZodType, value: unknown): string[] => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ message }) => message);
};

describe('text that a model wrote and people will read [law.ships-seen]', () => {
  test.each([
    ['several scripts', 'Καλημέρα, 你好, مرحبا, שלום 👩‍💻\nZeile zwei\tmit Tab'],
    ['joiners that belong there', 'می‌خواهم क्‍ष'],
  ])('%s are accepted', (_, text) => {
    expect(faults(plainText(200), text)).toEqual([]);
  });

  test.each([
    [
      'a bidirectional override',
      'pay 10\u202E00',
      'Has a hidden character, U+202E (RIGHT-TO-LEFT OVERRIDE). Write it without.',
    ],
    ['a zero width space', 'pass\u200Bword', 'Has a hidden character, U+200B (ZERO WIDTH SPACE). Write it without.'],
    ['an escape sequence', '\u001B[31mred', 'Has a hidden character, U+001B (ESCAPE). Write it without.'],
    ['blanks alone', ' \n\t ', 'Says something.'],
  ])('%s is refused in words that help', (_, text, message) => {
    expect(faults(plainText(200), text)).toEqual([message]);
  });

  test('a line is one line', () => {
    expect(faults(plainLine(200), 'Where is my order?')).toEqual([]);
    for (const text of ['two\nlines', 'a\tb']) expect(faults(plainLine(200), text)).toEqual(['Is one line.']);
  });

  test('nothing that a reader cannot see is ever accepted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        if (plainText(200).safeParse(text).success) expect(scanText(text)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
