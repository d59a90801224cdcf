import { emptyRoot, nodeHash } from './hash.ts';

/**
 * The compact range of a tree from its first leaf: the roots of the perfect subtrees that it falls into, left to right, one
 * for each bit that is set in its size. It is all that appending needs, 32 bytes for each doubling of the log.
 */
export class Frontier {
  private leaves: number;
  private readonly subtrees: Uint8Array[];

  /**
   * @param size leaves of the tree so far.
   * @param hashes its perfect subtrees, left to right; they are not copied.
   * @throws RangeError when there are not as many hashes as `size` has bits set.
   */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    let expected = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) expected += rest % 2;
    if (hashes.length !== expected) throw new RangeError('A frontier has one hash for each bit set in its size.');
    this.leaves = size;
    this.subtrees = [...hashes];
  }

  get size(): number {
    return this.leaves;
  }

  get hashes(): readonly Uint8Array[] {
    return this.subtrees;
  }

  /** Adds one leaf by its hash; on average one node is hashed. */
  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let size = this.leaves; size % 2 === 1; size = (size - 1) / 2) {
      hash = nodeHash(this.subtrees.pop() ?? hash, hash);
    }
    this.subtrees.push(hash);
    this.leaves += 1;
  }

  /** The Merkle Tree Hash of the leaves so far (RFC 9162 section 2.1.1). */
  root(): Uint8Array {
    const root = this.subtrees.reduceRight<Uint8Array | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    );
    return root ?? emptyRoot();
  }
}

/** The Merkle Tree Hash over leaf hashes in order (RFC 9162 section 2.1.1). */
export function treeHead(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const frontier = new Frontier();
  for (const hash of leafHashes) frontier.append(hash);
  return frontier.root();
}
