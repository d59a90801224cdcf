import { isCount, TILE_WIDTH } from './geometry.ts';

/** Where a hash tile or an entry bundle lies: `width` is 256 for a full one, 1 to 255 for a partial one. */
export interface TileAddress {
  level: number | 'entries';
  index: number;
  width: number;
}

const MAX_LEVEL = 63;
const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/;

/**
 * The path of a tile or bundle under a log's prefix, `tile/<L>/<N>[.p/<W>]` (C2SP tlog-tiles, "Merkle Tree" and "Log
 * entries"); index 1234067 is written `x001/x234/067`.
 *
 * @throws RangeError for a level above 63, an index that is no integer or below 0, a width outside 1 to 256.
 */
export function tilePath({ level, index, width }: TileAddress): string {
  if (level !== 'entries' && !(isCount(level) && level <= MAX_LEVEL)) throw new RangeError('A level is 0 to 63.');
  if (!isCount(index)) throw new RangeError('A tile index is an integer from 0.');
  if (!(isCount(width) && width >= 1 && width <= TILE_WIDTH)) throw new RangeError('A tile width is 1 to 256.');
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const number = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${number}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Reads a path that `tilePath` writes; undefined for every other text, so that one tile has one path. */
export function parseTilePath(path: string): TileAddress | undefined {
  const [, level, number, width] = PATH.exec(path) ?? [];
  if (level === undefined || number === undefined) return undefined;
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index: Number(number.replaceAll(/\D/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  try {
    return tilePath(address) === path ? address : undefined;
  } catch {
    return undefined;
  }
}
