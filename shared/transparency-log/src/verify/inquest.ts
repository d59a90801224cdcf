import { leavesPerHash } from '../geometry.ts';
import { HASH_BYTES, nodeHash, sameBytes } from '../hash.ts';
import type { TreeHead } from '../append.ts';
import { pathOf } from '../proof-ranges.ts';
import { TileFault, type ReadTile } from '../stored-tiles.ts';
import { StoredTree } from '../stored-tree.ts';

/** A hash of a tile that is not what the entries hash to. */
export interface Disagreement {
  level: number;
  /** Of the tile. */
  index: number;
  /** Of the hash within the tile. */
  at: number;
  /** The tile as it is stored. */
  stored: Uint8Array;
  /** The hashes that the entries give, from the first of the tile to `at` or further. */
  computed: Uint8Array;
}

/** Which one is right: the stored hash, so that entries are wrong; the computed ones; or the tiles cannot tell. */
export type Finding = 'entries_wrong' | 'tile_wrong' | 'unknown';

/**
 * Decides between a stored hash and the entries: whichever hashes up to the signed root, through the other tiles, is what
 * the log committed to. Only a collision of SHA-256 could make both do so.
 */
export async function inquest(head: TreeHead, readTile: ReadTile, disagreement: Disagreement): Promise<Finding> {
  const { level, index, at, stored, computed } = disagreement;
  if (await hashesToRoot(head, readTile, disagreement, hashAt(stored, at))) return 'entries_wrong';
  const corrected = Buffer.concat([computed, stored.subarray(computed.length)]);
  const asComputed: ReadTile = async (tileLevel, tileIndex, width) =>
    tileLevel === level && tileIndex === index ? corrected : readTile(tileLevel, tileIndex, width);
  return (await hashesToRoot(head, asComputed, disagreement, hashAt(computed, at))) ? 'tile_wrong' : 'unknown';
}

const hashAt = (tile: Uint8Array, at: number): Uint8Array => tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);

async function hashesToRoot(
  { size, root }: TreeHead,
  readTile: ReadTile,
  { level, index, at }: Disagreement,
  hash: Uint8Array,
): Promise<boolean> {
  const leaves = leavesPerHash(level);
  const start = (index * leavesPerHash(1) + at) * leaves;
  const tree = new StoredTree(size, readTile);
  let node = hash;
  try {
    for (const sibling of pathOf({ start, end: start + leaves }, size)) {
      const other = await tree.hashOf(sibling);
      node = sibling.left ? nodeHash(other, node) : nodeHash(node, other);
    }
  } catch (error) {
    if (error instanceof TileFault) return false;
    throw error;
  }
  return sameBytes(node, root);
}
