import { TILE_WIDTH } from './geometry.ts';

/** The longest entry, in bytes: its length is written in 16 bits. */
export const MAX_ENTRY_BYTES = 65_535;

const LENGTH_BYTES = 2;

/**
 * The entries that could be read, as views of the bundle that begin one byte before the entry, with the low byte of its
 * length; and whether nothing was left over after them.
 */
export interface BundleReading {
  framed: Uint8Array[];
  complete: boolean;
}

/**
 * Writes an entry bundle: each entry after its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries").
 *
 * @throws RangeError for an entry above 65,535 bytes, and for none or more than 256 entries.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0 || entries.length > TILE_WIDTH) throw new RangeError('A bundle holds 1 to 256 entries.');
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError('An entry has at most 65535 bytes.');
    at = bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at);
    at += entry.length;
  }
  return bundle;
}

/**
 * Reads entries up to the end of the bytes or to the first that goes beyond it. The number of entries is not judged: a
 * verifier has to look at every entry that is there. Nothing is copied.
 */
export function readFramedEntries(bundle: Uint8Array): BundleReading {
  const { buffer, byteOffset, length } = bundle;
  const framed: Uint8Array[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= length) {
    const entryBytes = (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
    if (at + LENGTH_BYTES + entryBytes > length) break;
    framed.push(new Uint8Array(buffer, byteOffset + at + 1, 1 + entryBytes));
    at += LENGTH_BYTES + entryBytes;
  }
  return { framed, complete: at === length };
}

/**
 * Reads a bundle of exactly `width` entries, as views; undefined when it has another number or does not end with an entry.
 */
export function parseEntryBundle(bundle: Uint8Array, width: number): Uint8Array[] | undefined {
  const { framed, complete } = readFramedEntries(bundle);
  return complete && framed.length === width ? framed.map((entry) => entry.subarray(1)) : undefined;
}
