import { readFramedEntries } from '../entry-bundle.ts';
import { TILE_WIDTH } from '../geometry.ts';
import { writeFramedLeafHash, writeLeafHash } from '../hash.ts';

/**
 * All entries of a log in order, as encoded entry bundles or one by one; bundles are faster. Memory that was handed over is
 * the verifier's until it ends: entries are views of it, and the length in front of an entry of a bundle is overwritten and
 * put back while that entry is hashed.
 */
export type EntryStream =
  | { bundles: AsyncIterable<Uint8Array> | Iterable<Uint8Array> }
  | { entries: AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

/** An entry as it came in: from a bundle with the byte in front of it, otherwise as it is. */
type HeldEntry = Uint8Array;

interface Chunk {
  entries: HeldEntry[];
  complete: boolean;
}

/** Hands entries out in any number, holding at most what came in at once. */
export class EntrySource {
  private readonly framed: boolean;
  private readonly chunks: AsyncGenerator<Chunk, void>;
  private held: HeldEntry[] = [];
  private at = 0;
  private ended = false;
  private broken = false;
  private count = 0;

  constructor(stream: EntryStream) {
    this.framed = 'bundles' in stream;
    this.chunks = 'bundles' in stream ? unpack(stream.bundles) : group(stream.entries);
  }

  /** Entries handed out so far. */
  get taken(): number {
    return this.count;
  }

  /** Whether what follows the entries handed out is not an entry. */
  get malformed(): boolean {
    return this.broken && this.at === this.held.length;
  }

  /** The next `wanted` entries; fewer only where the stream ends or goes on with something else than an entry. */
  async take(wanted: number): Promise<readonly HeldEntry[]> {
    let taken: HeldEntry[] = [];
    while (taken.length < wanted && (await this.fill())) {
      const part = this.held.slice(this.at, this.at + wanted - taken.length);
      this.at += part.length;
      taken = taken.length === 0 ? part : [...taken, ...part];
    }
    this.count += taken.length;
    return taken;
  }

  /** Writes the leaf hash of an entry that `take` gave into `target` at `offset`. */
  writeLeafHash(entry: HeldEntry, target: Buffer, offset: number): void {
    if (this.framed) writeFramedLeafHash(entry, target, offset);
    else writeLeafHash(entry, target, offset);
  }

  /** The bytes of an entry that `take` gave. */
  bytesOf(entry: HeldEntry): Uint8Array {
    return this.framed ? entry.subarray(1) : entry;
  }

  /** Ends the stream early. */
  async close(): Promise<void> {
    await this.chunks.return();
  }

  private async fill(): Promise<boolean> {
    while (this.at === this.held.length && !this.ended) {
      const next = await this.chunks.next();
      if (next.done === true) {
        this.ended = true;
      } else {
        this.held = next.value.entries;
        this.at = 0;
        this.broken = !next.value.complete;
        this.ended = this.broken;
      }
    }
    return this.at < this.held.length;
  }
}

async function* unpack(bundles: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Chunk, void> {
  for await (const bundle of bundles) {
    const { framed, complete } = readFramedEntries(bundle);
    yield { entries: framed, complete };
  }
}

async function* group(entries: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Chunk, void> {
  let held: Uint8Array[] = [];
  for await (const entry of entries) {
    held.push(entry);
    if (held.length === TILE_WIDTH) {
      yield { entries: held, complete: true };
      held = [];
    }
  }
  yield { entries: held, complete: true };
}
