import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalize, parseCanonical, type JsonValue } from '../src/index.ts';
import { BROKEN_PARSERS } from './support/broken-parsers.ts';
import { DENIED_BODIES } from './support/denied-bodies.ts';

const LIMIT = { maxDepth: 32 };
const parse = (text: string) => parseCanonical(Buffer.from(text), LIMIT);
const json = fc
  .jsonValue({ stringUnit: 'binary', maxDepth: 6 })
  .filter((value) => !JSON.stringify(value).includes('__proto__'))
  .map((value): JsonValue => JSON.parse(JSON.stringify(value)));

describe('parseCanonical', () => {
  test.each(DENIED_BODIES)('refuses %s', (_, bytes, fault) => {
    expect(parseCanonical(bytes, LIMIT)).toStrictEqual({ ok: false, fault });
  });

  test.each(Object.entries(BROKEN_PARSERS))('the denied bodies expose a parser that %s', (_, accepts) => {
    expect(DENIED_BODIES.some(([, bytes]) => accepts(bytes))).toBe(true);
  });

  test.each(['null', '0', '""', '[]', '{}', '"\u{1f600}"', '{"a":[1,{"b":"\\n"}],"é":-1.5e-7}'])(
    'accepts %s',
    (text) => {
      const value: JsonValue = JSON.parse(text);
      expect(parse(text)).toStrictEqual({ ok: true, value, text });
    },
  );

  test('accepts a nesting of exactly the bound, the top-level value counted as 1', () => {
    expect(parse('['.repeat(32) + ']'.repeat(32)).ok).toBe(true);
    expect(parse(`${'{"a":'.repeat(31)}[1]${'}'.repeat(31)}`).ok).toBe(true);
    expect(parseCanonical(Buffer.from('{}'), { maxDepth: 1 }).ok).toBe(true);
    expect(parseCanonical(Buffer.from('[[]]'), { maxDepth: 1 })).toStrictEqual({ ok: false, fault: 'depth' });
  });

  test('counts neighbours once and brackets in strings not at all', () => {
    expect(parse(`[${Array.from({ length: 100 }, () => '[]').join(',')}]`).ok).toBe(true);
    expect(parse(canonicalize({ a: '['.repeat(100), ['"\\{'.repeat(100)]: '\\"[' })).ok).toBe(true);
  });

  test('refuses everything under a bound that is no number', () => {
    expect(parseCanonical(Buffer.from('1'), { maxDepth: Number.NaN })).toStrictEqual({ ok: false, fault: 'depth' });
  });

  test('accepts __proto__ where it is not a key', () => {
    expect(parse('{"a":"__proto__"}').ok).toBe(true);
    expect(parse('{"a\\"__proto__":1}').ok).toBe(true);
  });

  test('finds a forbidden key at any depth that the bound allows', () => {
    const bytes = Buffer.from(`${'['.repeat(200_000)}{"__proto__":1}${']'.repeat(200_000)}`);
    expect(parseCanonical(bytes, { maxDepth: Infinity })).toStrictEqual({ ok: false, fault: 'forbidden_key' });
  });

  test('a refused body leaves nothing behind for the next', () => {
    for (const [, bytes] of DENIED_BODIES) {
      parseCanonical(bytes, LIMIT);
      expect(parse('{"a":1}')).toStrictEqual({ ok: true, value: { a: 1 }, text: '{"a":1}' });
    }
  });

  test('any JSON value canonicalizes, parses back identical and is written the same again', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value);
        expect(parse(text)).toStrictEqual({ ok: true, value, text });
      }),
    );
  });

  test('never throws, and accepts only bytes that are their own canonical form', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .string({ unit: fc.constantFrom(...'[]{}",:\\u0d8-+.eE19 atruefalsn_p\n'.split('')) })
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const result = parseCanonical(bytes, LIMIT);
        if (result.ok) expect(Buffer.from(canonicalize(result.value)).equals(bytes)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
