/** Hashes of a full tile and entries of a full bundle (C2SP tlog-tiles, "Merkle Tree"). */
export const TILE_WIDTH = 256;

/** Leaves under one hash of a tile at this level: 256 to the power of the level. */
export function leavesPerHash(level: number): number {
  return TILE_WIDTH ** level;
}

/**
 * How many hashes tile `index` at `level` has in a tree of `size` leaves: 256 when it is full, 1 to 255 when it is the
 * partial one at the right edge, 0 when the tree has no such tile (C2SP tlog-tiles, "Partial Tiles").
 */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / leavesPerHash(level)) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** The largest power of two that is smaller than `size`, where a tree of two or more leaves is split (RFC 9162 2.1.1). */
export function splitPoint(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** Whether a number is a size or an index: an integer from 0 to 2^53 - 1. The bound is that of exact arithmetic here. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
