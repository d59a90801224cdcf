import { isCount } from './geometry.ts';
import { emptyRoot, HASH_BYTES, nodeHash, sameBytes } from './hash.ts';

/** What an inclusion proof claims: the leaf with this hash is at `index` in the tree of `size` leaves with this root. */
export interface InclusionClaim {
  index: number;
  size: number;
  leafHash: Uint8Array;
  root: Uint8Array;
  /** Siblings, lowest first. */
  proof: readonly Uint8Array[];
}

/** What a consistency proof claims: the tree of `second` leaves begins with all the leaves of the tree of `first`. */
export interface ConsistencyClaim {
  first: number;
  second: number;
  firstRoot: Uint8Array;
  secondRoot: Uint8Array;
  proof: readonly Uint8Array[];
}

const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every(({ length }) => length === HASH_BYTES);
const half = (value: number): number => Math.floor(value / 2);

/** Verifies an inclusion proof (RFC 9162 section 2.1.3.2). Never throws: sizes or hashes out of form are false. */
export function verifyInclusion({ index, size, leafHash, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, root, ...proof])) return false;
  let node = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      // The last node of its level may have no sibling for some levels: climb to where it has one on its left.
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && sameBytes(hash, root);
}

/** Verifies a consistency proof (RFC 9162 section 2.1.4.2). Never throws: sizes or hashes out of form are false. */
export function verifyConsistency({ first, second, firstRoot, secondRoot, proof }: ConsistencyClaim): boolean {
  if (!isCount(first) || !isCount(second) || first > second) return false;
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false;
  if (first === second) return proof.length === 0 && sameBytes(firstRoot, secondRoot);
  // Every tree begins with the empty one, which has one root.
  if (first === 0) return proof.length === 0 && sameBytes(firstRoot, emptyRoot());
  if (proof.length === 0) return false;

  let node = first - 1;
  let last = second - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  // Then the first tree is itself a node of the second, and the proof leaves it out.
  const [start, ...rest] = node === 0 ? [firstRoot, ...proof] : proof;
  if (start === undefined) return false;
  let firstHash = start;
  let secondHash = start;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      firstHash = nodeHash(hash, firstHash);
      secondHash = nodeHash(hash, secondHash);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else {
      secondHash = nodeHash(secondHash, hash);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 && sameBytes(firstHash, firstRoot) && sameBytes(secondHash, secondRoot);
}
