import { leavesPerHash, splitPoint, TILE_WIDTH } from './geometry.ts';
import { emptyRoot, HASH_BYTES, nodeHash } from './hash.ts';
import { readTileOf, type ReadTile } from './stored-tiles.ts';
import { subtreeRoot } from './subtree-root.ts';

/** Leaves from `start` up to, and without, `end`. */
export interface LeafRange {
  start: number;
  end: number;
}

/** A tree of a given size over stored tiles, for one question: every tile is read once, and none is kept for longer. */
export class StoredTree {
  readonly size: number;
  private readonly read: ReadTile;
  private readonly tiles = new Map<string, Promise<Uint8Array>>();

  constructor(size: number, read: ReadTile) {
    this.size = size;
    this.read = read;
  }

  /**
   * The Merkle Tree Hash of a range that is a node of this tree (RFC 9162 section 2.1.1). The whole tree is one.
   *
   * @throws TileFault when a tile that it takes is missing or has the wrong length.
   */
  async hashOf({ start, end }: LeafRange): Promise<Uint8Array> {
    const leaves = end - start;
    if (leaves === 0) return emptyRoot();
    const split = leaves === 1 ? 1 : splitPoint(leaves);
    // A power of two is a perfect subtree, which a tile holds or which lies within one.
    if (leaves === 1 || split * 2 === leaves) return this.perfect(start, leaves);
    const left = await this.perfect(start, split);
    return nodeHash(left, await this.hashOf({ start: start + split, end }));
  }

  private async perfect(start: number, leaves: number): Promise<Uint8Array> {
    let level = 0;
    while (leavesPerHash(level + 1) <= leaves) level += 1;
    const hashes = leaves / leavesPerHash(level);
    const first = start / leavesPerHash(level);
    const tile = await this.tile(level, Math.floor(first / TILE_WIDTH));
    const offset = (first % TILE_WIDTH) * HASH_BYTES;
    const found = tile.subarray(offset, offset + hashes * HASH_BYTES);
    return hashes === 1 ? found : subtreeRoot(found);
  }

  private tile(level: number, index: number): Promise<Uint8Array> {
    const place = `${level}/${index}`;
    const tile = this.tiles.get(place) ?? readTileOf(this.size, level, index, this.read);
    this.tiles.set(place, tile);
    return tile;
  }
}
