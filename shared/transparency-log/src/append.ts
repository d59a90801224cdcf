import { isCount, leavesPerHash, TILE_WIDTH } from './geometry.ts';
import { HASH_BYTES, sameBytes } from './hash.ts';
import { filled, OpenTiles, type OpenTile } from './open-tiles.ts';
import { readTileOf, type ReadTile } from './stored-tiles.ts';
import { writeSubtreeRoot } from './subtree-root.ts';

/** A tree by its number of leaves and its root. */
export interface TreeHead {
  size: number;
  root: Uint8Array;
}

/** A hash tile to write; `width` 256 is a full one. */
export interface NewTile {
  level: number;
  index: number;
  width: number;
  bytes: Uint8Array;
}

/** The larger tree, and the tiles that it has and the smaller one had not, full ones before the partial ones. */
export interface Growth {
  head: TreeHead;
  tiles: NewTile[];
}

/**
 * Appends leaves to a stored tree. It reads the partial tile of each level, hashes about one node for each leaf, and gives
 * exactly the tiles (C2SP tlog-tiles, "Merkle Tree") that a checkpoint of the new size needs beyond those of the old one.
 *
 * @param head the tree as it is stored and was signed; `{ size: 0, root: emptyRoot() }` to begin with.
 * @throws TileFault when a tile at the right edge is missing or has the wrong length; Error when the tiles do not hash to
 *   `head.root`: a new tree must not be built on damaged ones.
 */
export async function appendLeaves(
  head: TreeHead,
  leafHashes: readonly Uint8Array[],
  readTile: ReadTile,
): Promise<Growth> {
  if (!isCount(head.size) || !isCount(head.size + leafHashes.length)) throw new RangeError('A size is 0 to 2^53 - 1.');
  const open = await openTilesOf(head.size, readTile);
  if (!sameBytes(open.root(), head.root)) throw new Error('The stored tiles do not hash to the root of their tree.');

  const tiles: NewTile[] = [];
  const changed = new Set<OpenTile>();
  for (const hash of leafHashes) {
    if (hash.length !== HASH_BYTES) throw new RangeError('A leaf hash has 32 bytes.');
    const lowest = open.at(0);
    lowest.bytes.set(hash, lowest.count * HASH_BYTES);
    lowest.count += 1;
    changed.add(lowest);
    for (let level = 0; open.at(level).count === TILE_WIDTH; level += 1) {
      const tile = open.at(level);
      tiles.push({ level, index: tile.index, width: TILE_WIDTH, bytes: Buffer.from(tile.bytes) });
      const parent = open.at(level + 1);
      writeSubtreeRoot(tile.bytes, parent.bytes, parent.count * HASH_BYTES);
      parent.count += 1;
      changed.add(parent);
      tile.index += 1;
      tile.count = 0;
    }
  }
  for (const [level, tile] of open.all().entries()) {
    if (tile.count === 0 || !changed.has(tile)) continue;
    tiles.push({ level, index: tile.index, width: tile.count, bytes: filled(tile) });
  }
  return { head: { size: head.size + leafHashes.length, root: open.root() }, tiles };
}

/** The right edge of a stored tree, in memory of its own. */
async function openTilesOf(size: number, readTile: ReadTile): Promise<OpenTiles> {
  const open = new OpenTiles();
  for (let level = 0; leavesPerHash(level) <= size; level += 1) {
    const hashes = Math.floor(size / leavesPerHash(level));
    const tile = open.at(level);
    tile.index = Math.floor(hashes / TILE_WIDTH);
    tile.count = hashes % TILE_WIDTH;
    if (tile.count > 0) tile.bytes.set(await readTileOf(size, level, tile.index, readTile));
  }
  return open;
}
