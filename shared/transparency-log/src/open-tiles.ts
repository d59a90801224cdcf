import { TILE_WIDTH } from './geometry.ts';
import { emptyRoot, HASH_BYTES, nodeHash } from './hash.ts';
import { subtreeRoot } from './subtree-root.ts';

/** A tile at the right edge of a growing tree: `bytes` has room for 256 hashes, of which `count` are there. */
export interface OpenTile {
  readonly bytes: Buffer;
  index: number;
  count: number;
}

/** The first `count` hashes, as a view. */
export const filled = ({ bytes, count }: OpenTile): Buffer => bytes.subarray(0, count * HASH_BYTES);

/** The tiles at the right edge of a growing tree, one of each level, lowest first: 8 KiB a level, whatever its size. */
export class OpenTiles {
  private readonly tiles: OpenTile[] = [];

  /** The open tile of a level; a level that is new starts with an empty one. */
  at(level: number): OpenTile {
    for (let next = this.tiles.length; next <= level; next += 1) {
      this.tiles.push({ bytes: Buffer.alloc(TILE_WIDTH * HASH_BYTES), index: 0, count: 0 });
    }
    const tile = this.tiles[level];
    if (tile === undefined) throw new RangeError('A level is an integer from 0.');
    return tile;
  }

  /** The open tiles, lowest level first. */
  all(): readonly OpenTile[] {
    return this.tiles;
  }

  /**
   * The root of the tree that the tiles stand for (RFC 9162 section 2.1.1); full tiles must have been hashed into the level
   * above.
   *
   * @param leaves how many hashes of the lowest tile count.
   */
  root(leaves = this.tiles[0]?.count ?? 0): Uint8Array {
    let root: Uint8Array | undefined;
    for (const [level, { bytes, count }] of this.tiles.entries()) {
      let end = level === 0 ? leaves : count;
      for (let width = 1; width <= end; width *= 2) {
        if (Math.floor(end / width) % 2 === 0) continue;
        const left = subtreeRoot(bytes.subarray((end - width) * HASH_BYTES, end * HASH_BYTES));
        root = root === undefined ? left : nodeHash(left, root);
        end -= width;
      }
    }
    return root ?? emptyRoot();
  }
}
