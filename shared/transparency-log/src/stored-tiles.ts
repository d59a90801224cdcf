import { tileWidth, TILE_WIDTH } from './geometry.ts';
import { HASH_BYTES } from './hash.ts';
import { tilePath } from './tile-path.ts';

/**
 * Reads one stored hash tile: 32 bytes for each of its `width` hashes, or undefined when there is no such tile. A tile of
 * width 256 is a full one. What it throws comes out of the function that asked.
 */
export type ReadTile = (level: number, index: number, width: number) => Promise<Uint8Array | undefined>;

/** A tile that a tree must have is not there, or has another length than its width says. */
export class TileFault extends Error {
  readonly kind: 'missing' | 'damaged';
  readonly level: number;
  readonly index: number;

  constructor(kind: 'missing' | 'damaged', level: number, index: number, width: number) {
    super(`The hash tile ${tilePath({ level, index, width })} is ${kind}.`);
    this.name = 'TileFault';
    this.kind = kind;
    this.level = level;
    this.index = index;
  }
}

/**
 * Reads the tile that a tree of `size` leaves has at this place. A partial tile may have given way to the full one (C2SP
 * tlog-tiles, "Partial Tiles"), whose first hashes are the same.
 *
 * @throws TileFault when neither is there, or what is there has the wrong length.
 */
export async function readTileOf(size: number, level: number, index: number, read: ReadTile): Promise<Uint8Array> {
  const width = tileWidth(level, index, size);
  if (width === 0) throw new RangeError('The tree has no such tile.');
  const tile = await read(level, index, width);
  if (tile !== undefined) {
    if (tile.length !== width * HASH_BYTES) throw new TileFault('damaged', level, index, width);
    return tile;
  }
  const full = width === TILE_WIDTH ? undefined : await read(level, index, TILE_WIDTH);
  if (full === undefined) throw new TileFault('missing', level, index, width);
  if (full.length !== TILE_WIDTH * HASH_BYTES) throw new TileFault('damaged', level, index, TILE_WIDTH);
  return full.subarray(0, width * HASH_BYTES);
}
