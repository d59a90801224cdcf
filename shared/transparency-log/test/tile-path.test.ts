import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseTilePath, tilePath, type TileAddress } from '../src/index.ts';

const EXAMPLES: readonly (readonly [string, TileAddress])[] = [
  // The index is the example of C2SP tlog-tiles.
  ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
  ['tile/0/x001/x234/067.p/1', { level: 0, index: 1_234_067, width: 1 }],
  ['tile/entries/x001/x234/067.p/255', { level: 'entries', index: 1_234_067, width: 255 }],
  ['tile/1/000', { level: 1, index: 0, width: 256 }],
  ['tile/63/999', { level: 63, index: 999, width: 256 }],
  ['tile/2/x001/000', { level: 2, index: 1000, width: 256 }],
];

describe('tile paths', () => {
  test.each(EXAMPLES)('%s is written and read [log.vectors]', (path, address) => {
    expect(tilePath(address)).toBe(path);
    expect(parseTilePath(path)).toEqual(address);
  });

  test.each([
    '',
    'tile/0/00',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/001/067',
    'tile/0/x000/067',
    'tile/0/x001',
    'tile/0/x001/x234',
    'tile/0/X001/234',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/000\n',
    'tile/data/000',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/../000',
  ])('%j is not a path', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  test('every address has one path', () => {
    const address = fc.record({
      level: fc.oneof(fc.constant<'entries'>('entries'), fc.integer({ min: 0, max: 63 })),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(fc.property(address, (made) => expect(parseTilePath(tilePath(made))).toEqual(made)));
  });

  test.each<TileAddress>([
    { level: 64, index: 0, width: 1 },
    { level: 0, index: -1, width: 1 },
    { level: 0, index: 0.5, width: 1 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
  ])('%j has no path', (address) => {
    expect(() => tilePath(address)).toThrow(RangeError);
  });
});
