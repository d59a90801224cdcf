import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { flags, FLAGS_MAX, flagsOf, labelOutside, showText } from '../src/outside.ts';
import { scanText } from '../src/text.ts';

const RLO = '\u202E';
const ZWSP = '\u200B';
const anyText = fc.string({ unit: 'binary', maxLength: 400 });

describe('text from outside, as it may leave [text.labelled]', () => {
  test('is labelled, and what a reader could not see is written out and listed', () => {
    expect(labelOutside({ name: `Ada${RLO}`, city: 'Łódź', region: null })).toEqual({
      untrusted: { name: 'Ada⟦U+202E⟧', city: 'Łódź', region: null },
      flags: [{ field: 'name', codePoint: 'U+202E', name: 'RIGHT-TO-LEFT OVERRIDE', count: 1 }],
    });
  });

  test('a terminal escape sequence is text', () => {
    const { untrusted, flags: found } = labelOutside({ subject: '\u001B[2J\u001B[31mred\u0007' });
    expect(untrusted.subject).toBe('⟦U+001B⟧[2J⟦U+001B⟧[31mred⟦U+0007⟧');
    expect(found.map(({ codePoint, count }) => [codePoint, count])).toEqual([
      ['U+001B', 2],
      ['U+0007', 1],
    ]);
  });

  test('text that needs joiners is left as it is', () => {
    const real = 'می‌خواهم 👩‍💻 क्‍ष';
    expect(labelOutside({ real })).toEqual({ untrusted: { real }, flags: [] });
  });

  test('a run of one hidden character is told once, with its length', () => {
    expect(showText(`a${ZWSP.repeat(3000)}b${ZWSP}c`, 100)).toEqual({ text: 'a⟦U+200B ×3000⟧b⟦U+200B⟧c', cut: false });
  });

  test('a long text is cut, never inside a character', () => {
    expect(showText('abcdef', 4)).toEqual({ text: 'abcd', cut: true });
    expect(showText('abc😀', 4)).toEqual({ text: 'abc', cut: true });
  });

  test('whatever comes in, nothing hidden leaves, bounds hold, and flags are as the contract says', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 300 }), (text, most) => {
        const shown = showText(text, most);
        expect(scanText(shown.text)).toEqual([]);
        expect(shown.text.length).toBeLessThanOrEqual(most);
        const found = flagsOf({ text });
        expect(flags.safeParse(found).success).toBe(true);
        expect(found.length > 0).toBe(scanText(text).length > 0);
      }),
      { numRuns: 1000 },
    );
  });

  test('more kinds of hidden characters than a list holds are cut off', () => {
    const text = Array.from({ length: 40 }, (_, at) => String.fromCodePoint(0xe0020 + at)).join('');
    expect(flagsOf({ text })).toHaveLength(FLAGS_MAX);
  });

  test('what was shown once is shown the same again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: once } = showText(text, 10_000);
        expect(showText(once, 10_000).text).toBe(once);
      }),
    );
  });
});
