import { isCount } from './geometry.ts';
import { Frontier } from './frontier.ts';
import { consistencyRanges, pathOf } from './proof-ranges.ts';
import { StoredTree, type LeafRange } from './stored-tree.ts';
import type { ReadTile } from './stored-tiles.ts';

// Each function here reads as many tiles as the tree has levels of tiles, twice that at most, and throws TileFault when
// one of them is missing or has the wrong length. What the tiles say is not judged: verify the proof against a checkpoint.

/** The root of the tree of `size` leaves (RFC 9162 section 2.1.1). */
export async function rootFromTiles(size: number, readTile: ReadTile): Promise<Uint8Array> {
  requireCount(size);
  return new StoredTree(size, readTile).hashOf({ start: 0, end: size });
}

/** The state from which appending to the tree of `size` leaves goes on. */
export async function frontierFromTiles(size: number, readTile: ReadTile): Promise<Frontier> {
  requireCount(size);
  const subtrees: LeafRange[] = [];
  for (let end = size, leaves = 1; end > 0; leaves *= 2) {
    if (Math.floor(end / leaves) % 2 === 1) {
      subtrees.push({ start: end - leaves, end });
      end -= leaves;
    }
  }
  return new Frontier(size, await hashesOf(subtrees.toReversed(), size, readTile));
}

/**
 * The inclusion proof of leaf `index` in the tree of `size` leaves, lowest sibling first (RFC 9162 section 2.1.3.1).
 *
 * @throws RangeError when the tree has no such leaf.
 */
export async function inclusionProof(index: number, size: number, readTile: ReadTile): Promise<Uint8Array[]> {
  requireCount(index);
  requireCount(size);
  if (index >= size) throw new RangeError('The tree has no such leaf.');
  return hashesOf(pathOf({ start: index, end: index + 1 }, size), size, readTile);
}

/**
 * The proof that the tree of `second` leaves begins with the tree of `first` leaves (RFC 9162 section 2.1.4.1). It is empty
 * for equal sizes and for `first` 0, where there is nothing to prove.
 *
 * @throws RangeError when `first` is larger than `second`.
 */
export async function consistencyProof(first: number, second: number, readTile: ReadTile): Promise<Uint8Array[]> {
  requireCount(first);
  requireCount(second);
  if (first > second) throw new RangeError('The first tree is larger than the second.');
  return hashesOf(first === 0 ? [] : consistencyRanges(first, second), second, readTile);
}

async function hashesOf(ranges: readonly LeafRange[], size: number, readTile: ReadTile): Promise<Uint8Array[]> {
  const tree = new StoredTree(size, readTile);
  const hashes: Uint8Array[] = [];
  for (const range of ranges) hashes.push(await tree.hashOf(range));
  return hashes;
}

function requireCount(value: number): void {
  if (!isCount(value)) throw new RangeError('Sizes and indexes are integers from 0 to 2^53 - 1.');
}
