import { splitPoint } from './geometry.ts';
import type { LeafRange } from './stored-tree.ts';

/** A sibling on the way to the root, and whether it stands to the left of what it is hashed with. */
export interface Sibling extends LeafRange {
  left: boolean;
}

/**
 * The siblings of a node on its way to the root of a tree of `size` leaves, lowest first: PATH of RFC 9162 section
 * 2.1.3.1, for any node of the tree. A leaf is the range of one.
 */
export function pathOf(node: LeafRange, size: number): Sibling[] {
  const path: Sibling[] = [];
  let start = 0;
  let end = size;
  while (end - start > node.end - node.start) {
    const middle = start + splitPoint(end - start);
    if (node.start < middle) {
      path.push({ start: middle, end, left: false });
      end = middle;
    } else {
      path.push({ start, end: middle, left: true });
      start = middle;
    }
  }
  return path.toReversed();
}

/** The nodes that prove the first `first` leaves of `second` unchanged, lowest first: PROOF of RFC 9162 section 2.1.4.1. */
export function consistencyRanges(first: number, second: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = second;
  while (end > first) {
    const middle = start + splitPoint(end - start);
    if (first <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The subtree that ends where the first tree ends; when it is that tree, its verifier has the hash already.
  if (start > 0) ranges.push({ start, end });
  return ranges.toReversed();
}
