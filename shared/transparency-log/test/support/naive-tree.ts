import { createHash } from 'node:crypto';

/**
 * The definitions of RFC 6962 section 2.1 word for word, over leaf hashes, with one memory of what was hashed before. It
 * shares no code with the package.
 */
export class NaiveTree {
  private readonly leafHashes: readonly Uint8Array[];
  private readonly known = new Map<string, Uint8Array>();

  constructor(leafHashes: readonly Uint8Array[]) {
    this.leafHashes = leafHashes;
  }

  /** MTH(D[start:end]). */
  hash(start: number, end: number): Uint8Array {
    if (start === end) return createHash('sha256').digest();
    const [leaf] = this.leafHashes.slice(start, start + 1);
    if (end - start === 1 && leaf !== undefined) return leaf;
    const name = `${start}:${end}`;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const middle = start + split(end - start);
    const hash = createHash('sha256')
      .update(Buffer.of(1))
      .update(this.hash(start, middle))
      .update(this.hash(middle, end))
      .digest();
    this.known.set(name, hash);
    return hash;
  }

  /** PATH(index, D[start:end]). */
  path(index: number, start: number, end: number): Uint8Array[] {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    return index < middle
      ? [...this.path(index, start, middle), this.hash(middle, end)]
      : [...this.path(index, middle, end), this.hash(start, middle)];
  }

  /** PROOF(first, D[0:second]). */
  proof(first: number, second: number): Uint8Array[] {
    return this.subproof(first, 0, second, true);
  }

  private subproof(first: number, start: number, end: number, whole: boolean): Uint8Array[] {
    if (first === end) return whole ? [] : [this.hash(start, end)];
    const middle = start + split(end - start);
    return first <= middle
      ? [...this.subproof(first, start, middle, whole), this.hash(middle, end)]
      : [...this.subproof(first, middle, end, false), this.hash(start, middle)];
  }
}

/** The largest power of two smaller than a size. */
function split(size: number): number {
  return size <= 2 ? 1 : 2 * split(Math.ceil(size / 2));
}
