import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { emptyRoot, Frontier, leafHash, nodeHash, treeHead } from '../src/index.ts';
import { LEAF_HASHES, LEAVES, ROOTS } from './support/vectors.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('hashing', () => {
  test('leaf hashes and roots are those of the reference implementations [log.vectors]', () => {
    const hashes = LEAVES.map(leafHash);
    expect(hashes.map(hex)).toEqual(LEAF_HASHES);
    expect(ROOTS.map((_, size) => hex(treeHead(hashes.slice(0, size))))).toEqual(ROOTS);
    expect(hex(emptyRoot())).toBe(ROOTS[0]);
  });

  test('a leaf and a node of the same bytes have different hashes', () => {
    const [left, right] = [leafHash(Buffer.of(1)), leafHash(Buffer.of(2))];
    expect(nodeHash(left, right)).not.toEqual(leafHash(Buffer.concat([left, right])));
  });

  test.each([0, 1, 65_535, 65_536, 1_000_000])('an entry of %d bytes is hashed whole', (length) => {
    const entry = Buffer.alloc(length, 0xa5);
    const expected = createHash('sha256').update(Buffer.of(0)).update(entry).digest('hex');
    expect(hex(leafHash(entry))).toBe(expected);
    expect(hex(leafHash(Buffer.alloc(3)))).toBe(createHash('sha256').update(Buffer.alloc(4)).digest('hex'));
  });

  test('a frontier has one hash for each bit of its size, and refuses another number', () => {
    const frontier = new Frontier();
    for (const leaf of LEAVES.slice(0, 7)) frontier.append(leafHash(leaf));
    expect(frontier.hashes.map(hex)).toEqual([ROOTS[4], expect.any(String), LEAF_HASHES[6]]);
    const goneOn = new Frontier(frontier.size, frontier.hashes);
    goneOn.append(Buffer.from(LEAF_HASHES[7] ?? '', 'hex'));
    expect([goneOn.size, hex(goneOn.root())]).toEqual([8, ROOTS[8]]);
    expect([frontier.size, hex(frontier.root())]).toEqual([7, ROOTS[7]]);
    expect(() => new Frontier(7, frontier.hashes.slice(1))).toThrow(RangeError);
    expect(() => new Frontier(8, frontier.hashes)).toThrow(RangeError);
  });
});
