import { hash } from 'node:crypto';

/** Bytes of a hash: the log's only algorithm is SHA-256 (FIPS 180-4). */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
/** The longest entry that an entry bundle can hold; longer data has a leaf hash, but no place in a log. */
const SCRATCH_BYTES = 65_535;

// Hashing is one call of the library over one run of bytes, so prefix and data have to lie next to each other. Copying
// into memory that is there already costs less than a second call. Digests come out as text of one byte a character:
// on the way from the library that is more than twice as fast as a new buffer for each.
const leafScratch = Buffer.alloc(1 + SCRATCH_BYTES, LEAF_PREFIX);
const nodeScratch = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

function digestOfLeaf(entry: Uint8Array): string {
  if (entry.length > SCRATCH_BYTES) {
    return hash('sha256', Buffer.concat([Buffer.of(LEAF_PREFIX), entry]), 'binary');
  }
  leafScratch.set(entry, 1);
  return hash('sha256', leafScratch.subarray(0, 1 + entry.length), 'binary');
}

/** Writes the leaf hash of an entry into `target` at `offset`, where 32 bytes must be free. */
export function writeLeafHash(entry: Uint8Array, target: Buffer, offset: number): void {
  target.write(digestOfLeaf(entry), offset, 'latin1');
}

/**
 * The same for an entry that has a byte in front of it which belongs to it: nothing is copied. The byte is put back.
 *
 * @param framed the byte and the entry.
 */
export function writeFramedLeafHash(framed: Uint8Array, target: Buffer, offset: number): void {
  const kept = framed[0] ?? LEAF_PREFIX;
  framed[0] = LEAF_PREFIX;
  const digest = hash('sha256', framed, 'binary');
  framed[0] = kept;
  target.write(digest, offset, 'latin1');
}

/** The hash of a leaf, SHA-256(0x00 || entry) (RFC 9162 section 2.1.1, as RFC 6962 section 2.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return Buffer.from(digestOfLeaf(entry), 'latin1');
}

/** The hash of an inner node, SHA-256(0x01 || left || right) (RFC 9162 section 2.1.1, as RFC 6962 section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + HASH_BYTES);
  return Buffer.from(hash('sha256', nodeScratch, 'binary'), 'latin1');
}

/** The root of the empty tree, the hash of nothing (RFC 9162 section 2.1.1). */
export function emptyRoot(): Uint8Array {
  return Buffer.from(hash('sha256', '', 'binary'), 'latin1');
}

/** Whether two hashes are the same bytes. Hashes of a log are no secrets: the time it takes may depend on them. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
