import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { encodeEntryBundle, parseEntryBundle } from '../src/index.ts';

describe('entry bundles', () => {
  test('an entry stands after its length in two bytes, the high one first', () => {
    const bundle = encodeEntryBundle([Buffer.from('a'), Buffer.of(), Buffer.alloc(258, 7)]);
    expect(Buffer.from(bundle.subarray(0, 7)).toString('hex')).toBe('00016100000102');
    expect(bundle.length).toBe(2 + 1 + 2 + 2 + 258);
  });

  test('what is written is read, and with no other width', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 300 }), (written, width) => {
        const bundle = encodeEntryBundle(written);
        expect(parseEntryBundle(bundle, written.length)?.map((entry) => [...entry])).toEqual(
          written.map((entry) => [...entry]),
        );
        if (width !== written.length) expect(parseEntryBundle(bundle, width)).toBeUndefined();
      }),
    );
  });

  test('an entry has at most 65,535 bytes, a bundle 1 to 256 entries', () => {
    expect(parseEntryBundle(encodeEntryBundle([Buffer.alloc(65_535)]), 1)).toHaveLength(1);
    expect(() => encodeEntryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
    expect(() => encodeEntryBundle([])).toThrow(RangeError);
    expect(() => encodeEntryBundle(Array.from({ length: 257 }, () => Buffer.of()))).toThrow(RangeError);
  });

  test('a bundle that is cut anywhere, or goes on, is none', () => {
    const bundle = encodeEntryBundle([Buffer.from('one'), Buffer.from('two')]);
    for (let length = 0; length < bundle.length; length += 1) {
      expect(parseEntryBundle(bundle.subarray(0, length), 2)).toBeUndefined();
    }
    expect(parseEntryBundle(Buffer.concat([bundle, Buffer.of(0)]), 2)).toBeUndefined();
  });
});
