import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { hiddenCharacter } from '../src/blog.ts';
import { HIDDEN_CHARACTERS_MAX, makeVisible, scanText } from '../src/text.ts';

const labels = (text: string): string[] => scanText(text).map(({ codePoint }) => codePoint);
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Classes of characters that a reader cannot see, by code point. */
const HIDDEN: Record<string, number[]> = {
  'C0 controls, DEL and ESC': [...range(0x00, 0x08), ...range(0x0b, 0x0d), ...range(0x0e, 0x1f), 0x7f],
  'C1 controls': range(0x80, 0x9f),
  'bidirectional embeddings, overrides, isolates and marks': [
    ...range(0x202a, 0x202e),
    ...range(0x2066, 0x2069),
    0x200e,
    0x200f,
    0x061c,
  ],
  'zero width characters': [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x180e],
  'soft hyphen and grapheme joiner': [0xad, 0x34f],
  'Hangul fillers': [0x115f, 0x1160, 0x3164, 0xffa0],
  'tag characters': range(0xe0000, 0xe007f),
  'variation selectors without a base': [...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe01ef)],
  'interlinear annotation': range(0xfff9, 0xfffb),
  'line and paragraph separators': [0x2028, 0x2029],
  'invisible operators': range(0x2061, 0x2064),
  'deprecated format characters': range(0x206a, 0x206f),
  'lone surrogates': [0xd800, 0xdbff, 0xdc00, 0xdfff],
  noncharacters: [...range(0xfdd0, 0xfdef), 0xfffe, 0xffff, 0x1fffe, 0x10ffff],
  'private use': [0xe000, 0xf8ff, 0xf0000, 0xffffd, 0x100000, 0x10fffd],
};

describe('scanText reports what a reader cannot see [draft.hidden]', () => {
  test.each(Object.entries(HIDDEN))('%s, at the start, in the middle and at the end', (_, codePoints) => {
    for (const codePoint of codePoints) {
      const character = String.fromCodePoint(codePoint);
      const label = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
      expect(labels(`${character}b`)).toEqual([label]);
      expect(labels(`a${character}b`)).toEqual([label]);
      expect(labels(`a${character}`)).toEqual([label]);
    }
  });

  test.each([
    ['a joiner between Latin letters', 'pay\u200Dload', ['U+200D']],
    ['a joiner behind an emoji without a partner', '👩\u200Dx', ['U+200D']],
    ['a second joiner in an emoji sequence', '👩\u200D\u200D💻', ['U+200D', 'U+200D']],
    ['a second variation selector', '❤\uFE0F\uFE0F', ['U+FE0F']],
    ['a variation selector behind a digit without keycap', '1\uFE0F', ['U+FE0F']],
    ['bytes hidden as selectors behind an emoji', '😀\u{E0148}\u{E0155}', ['U+E0148', 'U+E0155']],
    ['a second selector behind an ideograph', '葛\u{E0100}\u{E0101}', ['U+E0101']],
    ['tags behind a flag that is none of the three', '🏴\u{E0061}\u{E007F}', ['U+E0061', 'U+E007F']],
    ['a flag sequence without its cancel tag', '🏴\u{E0067}\u{E0062}', ['U+E0067', 'U+E0062']],
    ['a non-joiner at the end of a Persian word', 'می\u200C ', ['U+200C']],
    ['two non-joiners in a Persian word', 'می\u200C\u200Cخواهم', ['U+200C', 'U+200C']],
    ['a carriage return without line feed', 'a\rb', ['U+000D']],
    ['directional marks between letters of right-to-left scripts', 'א\u200Fב', ['U+200F']],
    ['a Mongolian separator outside Mongolian', 'a\u180Eb', ['U+180E']],
  ])('%s', (_, text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  test('names each by code point, name, line and column in code points', () => {
    const found = scanText('ok\n😀é\u202Eb\r\n\u001B[31m');
    expect(found).toEqual([
      { codePoint: 'U+202E', name: 'RIGHT-TO-LEFT OVERRIDE', line: 2, column: 3 },
      { codePoint: 'U+001B', name: 'ESCAPE', line: 3, column: 1 },
    ]);
    for (const item of found) expect(hiddenCharacter.safeParse(item).success).toBe(true);
  });

  test('names members of ranges too', () => {
    const names = scanText('\uFEFF\u0081\u{E0041}\uFE0F\u{E0100}\uE000\uFFFF\u{FFFFD}\uD800 \u{E0FFF}').map(
      (found) => found.name,
    );
    expect(names).toEqual([
      'ZERO WIDTH NO-BREAK SPACE',
      'CONTROL-0081',
      'TAG CHARACTER',
      'VARIATION SELECTOR-16',
      'VARIATION SELECTOR-17',
      'PRIVATE USE CHARACTER',
      'NONCHARACTER',
      'PRIVATE USE CHARACTER',
      'LONE SURROGATE',
      'DEFAULT IGNORABLE CHARACTER',
    ]);
  });

  test('lists at most as many as asked, 50 by default', () => {
    const text = '\u200B'.repeat(1000);
    expect(scanText(text)).toHaveLength(HIDDEN_CHARACTERS_MAX);
    expect(scanText(text, 3)).toHaveLength(3);
    expect(scanText(text, 0)).toEqual([]);
  });
});

describe('scanText leaves real text alone', () => {
  test.each([
    ['plain text with tabs and both line ends', 'a\tb\nc\r\nd'],
    ['no-break and ideographic spaces', 'a\u00A0b\u3000c\u202Fd'],
    ['emoji joined into one', '👩‍💻 👩🏽‍🚀 👨‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 🏴‍☠️ 🏃🏽‍♀️‍➡️'],
    ['emoji and text style', '☎\uFE0E ☎\uFE0F ©\uFE0F'],
    ['keycaps', '1️⃣ #️⃣ *️⃣'],
    ['the three subdivision flags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['Persian with non-joiners', 'می\u200Cخواهم ۱۰\u200Cساله'],
    ['Hindi conjuncts with both joiners', 'क्\u200Dष क्\u200Cष'],
    ['Bengali with a joiner before the virama', 'র\u200D্য'],
    ['Malayalam with a joiner at the end of a word', 'അവന്\u200D പറഞ്ഞു'],
    ['Sinhala', 'ශ්\u200Dරී'],
    ['Mongolian with separator and selector', 'ᠬᠠᠭ\u180Eᠠ ᠠ\u180B'],
    ['ideographs with a registered variant', '葛\u{E0100}城'],
    ['operators with a standardised variant', '∩\uFE00'],
    ['Hebrew, Arabic, Thai, Korean, Vietnamese', 'שלום مرحبا สวัสดี 안녕 Việt'],
    ['combining marks', 'e\u0301 a\u0308'],
  ])('%s', (_, text) => {
    expect(scanText(text)).toEqual([]);
    expect(makeVisible(text)).toBe(text);
  });
});

describe('makeVisible', () => {
  test('writes each hidden character as its code point and keeps the rest', () => {
    expect(makeVisible('a\u202Eb\r\n👩‍💻\u200B\uD800')).toBe('a⟦U+202E⟧b\r\n👩‍💻⟦U+200B⟧⟦U+D800⟧');
  });

  const fragments = [
    Object.values(HIDDEN).map((codePoints) => codePoints.map((codePoint) => String.fromCodePoint(codePoint))),
    Array.from('👩💻🏴❤葛مي्कরᠠ1#a \n\t'),
    ['\u20E3', '🏽', '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'],
  ].flat(2);
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join('')),
  );

  test('leaves nothing that scanText would report, whatever the text', () => {
    fc.assert(fc.property(hostile, (text) => expect(scanText(makeVisible(text))).toEqual([])));
  });

  test('changes a text exactly when scanText reports something', () => {
    fc.assert(fc.property(hostile, (text) => expect(makeVisible(text) !== text).toBe(scanText(text).length > 0)));
  });
});
