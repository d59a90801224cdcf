import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from '../src/index.ts';
import { NaiveTree } from './support/naive-tree.ts';
import { present } from './support/present.ts';
import { TileStore } from './support/tile-store.ts';
import { CONSISTENCY, INCLUSION, LEAF_HASHES, LEAVES, ROOTS } from './support/vectors.ts';

const bytes = (text: string | undefined): Uint8Array => Buffer.from(present(text), 'hex');
const SIZE = 66_000;
const leafHashes = Array.from({ length: SIZE }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
const naive = new NaiveTree(leafHashes);
const store = new TileStore();
const anySize = fc.oneof(
  fc.integer({ min: 1, max: 600 }),
  fc.constantFrom(255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 65_793),
  fc.integer({ min: 1, max: SIZE }),
);

beforeAll(async () => {
  await store.append(leafHashes);
});

describe('published proofs', () => {
  test.each(INCLUSION)('leaf %d of %d is proved as published [log.vectors]', async (index, size, path) => {
    const tiles = new TileStore();
    await tiles.append(LEAVES.slice(0, size).map(leafHash));
    const proof = await inclusionProof(index, size, tiles.read);
    expect(proof).toEqual(path.map(bytes));
    const claim = { index, size, leafHash: bytes(LEAF_HASHES[index]), root: bytes(ROOTS[size]) };
    expect(verifyInclusion({ ...claim, proof: path.map(bytes) })).toBe(true);
  });

  test.each(CONSISTENCY)('%d is proved the beginning of %d as published [log.vectors]', async (first, second, path) => {
    const tiles = new TileStore();
    await tiles.append(LEAVES.slice(0, second).map(leafHash));
    expect(await consistencyProof(first, second, tiles.read)).toEqual(path.map(bytes));
    const claim = { first, second, firstRoot: bytes(ROOTS[first]), secondRoot: bytes(ROOTS[second]) };
    expect(verifyConsistency({ ...claim, proof: path.map(bytes) })).toBe(true);
  });
});

describe('inclusion proofs', () => {
  test('are those of the naive tree at every size up to 600 [log.proofs]', async () => {
    for (let size = 1; size <= 600; size += 1) {
      const root = naive.hash(0, size);
      for (const index of new Set([0, size - 1, (size * 31) % size, Math.floor(size / 2), Math.min(255, size - 1)])) {
        const proof = await inclusionProof(index, size, store.readAny);
        expect(proof).toEqual(naive.path(index, 0, size));
        expect(verifyInclusion({ index, size, leafHash: present(leafHashes[index]), root, proof })).toBe(true);
      }
    }
  });

  test('are those of the naive tree at any size, by a few reads, and prove nothing else [log.proofs]', async () => {
    await fc.assert(
      fc.asyncProperty(anySize, fc.nat(), fc.nat(), fc.nat(), async (size, one, two, bit) => {
        const index = one % size;
        store.reads = [];
        const proof = await inclusionProof(index, size, store.readAny);
        expect(store.reads.length).toBeLessThanOrEqual(10);
        expect(proof).toEqual(naive.path(index, 0, size));
        const claim: InclusionClaim = {
          index,
          size,
          leafHash: present(leafHashes[index]),
          root: naive.hash(0, size),
          proof,
        };
        expect(verifyInclusion(claim)).toBe(true);
        const other = two % size;
        expect(verifyInclusion({ ...claim, index: other })).toBe(other === index);
        expect(verifyInclusion({ ...claim, leafHash: present(leafHashes[other]) })).toBe(other === index);
        expect(verifyInclusion({ ...claim, index, root: naive.hash(0, size - 1) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, claim.leafHash] })).toBe(false);
        if (proof.length > 0) {
          const place = bit % proof.length;
          const flipped = Buffer.from(present(proof[place]));
          flipped[bit % 32] = (flipped[bit % 32] ?? 0) ^ (1 << (bit % 8));
          expect(verifyInclusion({ ...claim, proof: proof.with(place, flipped) })).toBe(false);
          expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false);
          expect(verifyInclusion({ ...claim, proof: proof.slice(0, -1) })).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('exist only for leaves that the tree has', async () => {
    await expect(inclusionProof(5, 5, store.readAny)).rejects.toThrow(RangeError);
    await expect(inclusionProof(-1, 5, store.readAny)).rejects.toThrow(RangeError);
    const hash = present(leafHashes[0]);
    const claim: InclusionClaim = { index: 0, size: 1, leafHash: hash, root: hash, proof: [] };
    expect(verifyInclusion(claim)).toBe(true);
    for (const change of [
      { size: 0 },
      { index: 1 },
      { index: -1 },
      { index: 0.5 },
      { size: Number.NaN },
      { size: 2 ** 60 },
    ]) {
      expect(verifyInclusion({ ...claim, ...change })).toBe(false);
    }
    expect(verifyInclusion({ ...claim, leafHash: hash.subarray(1), root: hash.subarray(1) })).toBe(false);
  });

  test('a verifier that does not ask whether the path reached the root is caught [log.proofs]', () => {
    // It folds whatever path it gets: the root of a subtree passes for the root of the tree.
    const lenient = ({ index, leafHash: leaf, root, proof }: InclusionClaim): boolean => {
      let node = leaf;
      for (const [height, sibling] of proof.entries()) {
        node = Math.floor(index / 2 ** height) % 2 === 1 ? nodeHash(sibling, node) : nodeHash(node, sibling);
      }
      return Buffer.from(node).equals(root);
    };
    const path = naive.path(1, 0, 4);
    const inSubtree = { index: 1, size: 8, leafHash: present(leafHashes[1]), root: naive.hash(0, 4), proof: path };
    expect(lenient(inSubtree)).toBe(true);
    expect(verifyInclusion(inSubtree)).toBe(false);
    // An inner node passes for a leaf.
    const inner = {
      index: 0,
      size: 8,
      leafHash: naive.hash(0, 2),
      root: naive.hash(0, 8),
      proof: naive.path(0, 0, 8).slice(1),
    };
    expect(lenient(inner)).toBe(true);
    expect(verifyInclusion(inner)).toBe(false);
  });
});

describe('consistency proofs', () => {
  test('are those of the naive tree for every pair of sizes up to 40 and every size up to 600 [log.proofs]', async () => {
    for (let second = 1; second <= 600; second += 1) {
      const all =
        second <= 40 ? Array.from({ length: second }, (_, at) => at + 1) : [1, second - 1, (second * 37) % second];
      for (const first of new Set([...all, Math.min(256, second), second].filter((size) => size > 0))) {
        const proof = await consistencyProof(first, second, store.readAny);
        expect(proof).toEqual(naive.proof(first, second));
        const roots = { firstRoot: naive.hash(0, first), secondRoot: naive.hash(0, second) };
        expect(verifyConsistency({ first, second, ...roots, proof })).toBe(true);
      }
    }
  });

  test('are those of the naive tree at any size, by a few reads, and prove nothing else [log.proofs]', async () => {
    await fc.assert(
      fc.asyncProperty(anySize, anySize, fc.nat(), async (one, two, bit) => {
        const [first, second] = one < two ? [one, two] : [two, one];
        store.reads = [];
        const proof = await consistencyProof(first, second, store.readAny);
        expect(store.reads.length).toBeLessThanOrEqual(10);
        expect(proof).toEqual(naive.proof(first, second));
        const claim: ConsistencyClaim = {
          first,
          second,
          firstRoot: naive.hash(0, first),
          secondRoot: naive.hash(0, second),
          proof,
        };
        expect(verifyConsistency(claim)).toBe(true);
        const otherRoot = naive.hash(1, second + 1 > SIZE ? second - 1 : second + 1);
        expect(verifyConsistency({ ...claim, firstRoot: otherRoot })).toBe(false);
        expect(verifyConsistency({ ...claim, secondRoot: otherRoot })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, otherRoot] })).toBe(false);
        expect(verifyConsistency({ ...claim, first: first - 1 })).toBe(false);
        if (proof.length > 0) {
          const place = bit % proof.length;
          const flipped = Buffer.from(present(proof[place]));
          flipped[bit % 32] = (flipped[bit % 32] ?? 0) ^ (1 << (bit % 8));
          expect(verifyConsistency({ ...claim, proof: proof.with(place, flipped) })).toBe(false);
          expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).toBe(false);
          expect(verifyConsistency({ ...claim, proof: proof.slice(0, -1) })).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('every tree begins with the empty one and with itself, and with none that is larger', async () => {
    const [root, other] = [naive.hash(0, 5), naive.hash(0, 6)];
    const claim: ConsistencyClaim = { first: 0, second: 5, firstRoot: emptyRoot(), secondRoot: root, proof: [] };
    expect(await consistencyProof(0, 5, store.readAny)).toEqual([]);
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, firstRoot: other })).toBe(false);
    expect(verifyConsistency({ ...claim, proof: [root] })).toBe(false);
    expect(verifyConsistency({ ...claim, first: 5, firstRoot: root })).toBe(true);
    expect(verifyConsistency({ ...claim, first: 5, firstRoot: other })).toBe(false);
    expect(verifyConsistency({ ...claim, first: 6, firstRoot: other })).toBe(false);
    expect(verifyConsistency({ ...claim, first: -1 })).toBe(false);
    expect(verifyConsistency({ ...claim, first: 3, firstRoot: naive.hash(0, 3) })).toBe(false);
    await expect(consistencyProof(6, 5, store.readAny)).rejects.toThrow(RangeError);
  });

  test('a verifier that computes only the newer root is caught [log.proofs]', () => {
    // The proof of an honest growth, with another first root: only the first root's own computation tells.
    const claim: ConsistencyClaim = {
      first: 3,
      second: 7,
      firstRoot: naive.hash(0, 3),
      secondRoot: naive.hash(0, 7),
      proof: naive.proof(3, 7),
    };
    const [c, d, g, l] = claim.proof;
    const newerOnly = nodeHash(nodeHash(present(g), nodeHash(present(c), present(d))), present(l));
    expect(Buffer.from(newerOnly).equals(claim.secondRoot)).toBe(true);
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency({ ...claim, firstRoot: naive.hash(4, 7) })).toBe(false);
  });
});
