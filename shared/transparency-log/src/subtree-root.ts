import { hash } from 'node:crypto';
import { HASH_BYTES } from './hash.ts';

const MAX_WIDTH = 256;
const PAIR_BYTES = 2 * HASH_BYTES;
const NODE_PREFIX = 0x01;

// The work of one call happens in this memory. The hashes start at its second byte: the byte in front of a pair, which
// belongs to a pair that is done with (or to nothing), takes the prefix of the node, so no pair has to be moved.
const work = Buffer.alloc(1 + MAX_WIDTH * HASH_BYTES);
const nodes = Array.from({ length: MAX_WIDTH / 2 }, (_, at) =>
  work.subarray(at * PAIR_BYTES, at * PAIR_BYTES + 1 + PAIR_BYTES),
);

/**
 * Writes the root of a perfect subtree (RFC 9162 section 2.1.1) into `target` at `offset`.
 *
 * @param hashes the subtree's lowest hashes, one after the other: 1, 2, 4 and so on to 256 of them.
 */
export function writeSubtreeRoot(hashes: Uint8Array, target: Buffer, offset: number): void {
  work.set(hashes, 1);
  for (let pairs = hashes.length / PAIR_BYTES; pairs >= 1; pairs /= 2) {
    let at = 0;
    for (const node of pairs === nodes.length ? nodes : nodes.slice(0, pairs)) {
      node[0] = NODE_PREFIX;
      work.write(hash('sha256', node, 'binary'), 1 + at * HASH_BYTES, 'latin1');
      at += 1;
    }
  }
  work.copy(target, offset, 1, 1 + HASH_BYTES);
}

/** The root of a perfect subtree: `writeSubtreeRoot` into memory of its own. */
export function subtreeRoot(hashes: Uint8Array): Uint8Array {
  const root = Buffer.alloc(HASH_BYTES);
  writeSubtreeRoot(hashes, root, 0);
  return root;
}
