import type { TreeHead } from '../append.ts';
import { leavesPerHash, tileWidth, TILE_WIDTH } from '../geometry.ts';
import { HASH_BYTES, sameBytes } from '../hash.ts';
import { filled, OpenTiles } from '../open-tiles.ts';
import { readTileOf, TileFault, type ReadTile } from '../stored-tiles.ts';
import { writeSubtreeRoot } from '../subtree-root.ts';
import { classifyChange, type EntryChange, type HashWindow } from './classify.ts';
import type { EntrySource } from './entry-source.ts';
import { inquest, type Finding } from './inquest.ts';
import type { EntryFault, LogFinding } from './verdict.ts';

/** A caller's own check of the content of each entry; `bytes` may be a view. What it throws ends the verification. */
export type EntryCheck = (index: number, bytes: Uint8Array) => EntryFault | undefined | Promise<EntryFault | undefined>;

export interface LogPassInput {
  source: EntrySource;
  readTile: ReadTile;
  /** What the newest checkpoint signs. */
  head: TreeHead;
  /** What the checkpoint kept elsewhere signs; not larger than `head`. */
  kept?: TreeHead;
  onEntry?: EntryCheck;
  onProgress?: (done: number, total: number) => void;
}

/**
 * One pass over all entries of a log. It builds the whole tree from the entries, one open tile a level, and compares each
 * hash with the stored one as soon as it is there. A difference that the signed root proves to be in the entries ends the
 * pass; any other is remembered, because only the root over all entries can tell.
 */
export class LogPass {
  private readonly input: LogPassInput;
  private readonly open = new OpenTiles();
  /** The stored tiles that the open ones are compared with, by level; undefined where one is missing or too short. */
  private readonly stored: (Uint8Array | undefined)[] = [];
  /** The first fault of a hash tile. */
  private tileFault: (LogFinding & { firstBad: number }) | undefined;
  /** The first entry about which entries and tiles disagree without proof for either. */
  private disputed: number | undefined;
  private keptHolds: boolean;

  constructor(input: LogPassInput) {
    this.input = input;
    this.keptHolds =
      input.kept === undefined || (input.kept.size === 0 && sameBytes(this.open.root(), input.kept.root));
  }

  /** The first fault, or undefined when everything holds. */
  async run(): Promise<LogFinding | undefined> {
    const { source, head } = this.input;
    for (let index = 0; index * TILE_WIDTH < head.size; index += 1) {
      const width = tileWidth(0, index, head.size);
      const [entries, stored] = await Promise.all([source.take(width), this.storedTile(0, index)]);
      const fault = (await this.checkEntries(index, entries, stored)) ?? (await this.close());
      if (fault !== undefined) return fault;
      const done = index * TILE_WIDTH + entries.length;
      if (entries.length < width) {
        return { reason: source.malformed ? 'bundle_malformed' : 'entries_missing', firstBad: done };
      }
      this.input.onProgress?.(done, head.size);
    }
    const surplus = await source.take(1);
    if (surplus.length > 0 || source.malformed) return { reason: 'entries_surplus', firstBad: head.size };
    return this.conclude();
  }

  private conclude(): LogFinding | undefined {
    const { head, kept } = this.input;
    if (!sameBytes(this.open.root(), head.root)) {
      const firstBad = this.disputed ?? (this.keptHolds ? kept?.size : undefined);
      return firstBad === undefined ? { reason: 'root_mismatch' } : { reason: 'root_mismatch', firstBad };
    }
    if (!this.keptHolds) return { reason: 'fork' };
    // The entries are right after all, so where something disagreed with them it was a tile.
    if (this.disputed !== undefined) this.suspectTile('tile_damaged', this.disputed);
    return this.tileFault;
  }

  /** Hashes the entries of one bundle and compares them with their tile. */
  private async checkEntries(
    index: number,
    entries: readonly Uint8Array[],
    stored: Uint8Array | undefined,
  ): Promise<LogFinding | undefined> {
    const { source } = this.input;
    const tile = this.open.at(0);
    const start = index * TILE_WIDTH;
    let offset = 0;
    for (const entry of entries) {
      source.writeLeafHash(entry, tile.bytes, offset);
      offset += HASH_BYTES;
    }
    tile.count = entries.length;
    this.checkKept(start, entries.length);

    const computed = filled(tile);
    const at = stored === undefined ? -1 : firstDifference(computed, stored);
    const refused = await this.checkContents(start, at < 0 ? entries : entries.slice(0, at));
    if (refused !== undefined || at < 0 || stored === undefined) return refused;
    const disagreement = { level: 0, index, at, stored, computed };
    if ((await this.judge(start + at, disagreement)) === 'entries_wrong') {
      return { reason: await this.changeAt(index, at, computed, stored), firstBad: start + at };
    }
    return this.checkContents(start + at, entries.slice(at));
  }

  /** Hashes full tiles into the tiles above and compares there. */
  private async close(): Promise<LogFinding | undefined> {
    for (let level = 0; this.open.at(level).count === TILE_WIDTH; level += 1) {
      const tile = this.open.at(level);
      const parent = this.open.at(level + 1);
      const at = parent.count;
      if (at === 0) this.stored[level + 1] = await this.storedTile(level + 1, parent.index);
      writeSubtreeRoot(tile.bytes, parent.bytes, at * HASH_BYTES);
      parent.count += 1;
      tile.count = 0;
      tile.index += 1;

      const stored = this.stored[level + 1];
      const computed = filled(parent);
      const from = at * HASH_BYTES;
      if (stored === undefined || sameBytes(computed.subarray(from), stored.subarray(from, from + HASH_BYTES)))
        continue;
      const firstBad = (parent.index * TILE_WIDTH + at) * leavesPerHash(level + 1);
      const disagreement = { level: level + 1, index: parent.index, at, stored, computed };
      if ((await this.judge(firstBad, disagreement)) === 'entries_wrong') {
        return { reason: 'entries_rewritten', firstBad };
      }
    }
    return undefined;
  }

  private async judge(firstBad: number, disagreement: Parameters<typeof inquest>[2]): Promise<Finding> {
    const finding = await inquest(this.input.head, this.input.readTile, disagreement);
    if (finding === 'tile_wrong') this.suspectTile('tile_damaged', firstBad);
    if (finding === 'unknown') this.disputed = Math.min(firstBad, this.disputed ?? firstBad);
    return finding;
  }

  /** Calls the caller's check for entries that start at an index. */
  private async checkContents(start: number, entries: readonly Uint8Array[]): Promise<LogFinding | undefined> {
    const { source, onEntry } = this.input;
    if (onEntry === undefined) return undefined;
    for (const [at, entry] of entries.entries()) {
      const answer = onEntry(start + at, source.bytesOf(entry));
      // A check that answers at once is not made to wait.
      const entryFault = answer !== undefined && 'then' in answer ? await answer : answer;
      if (entryFault !== undefined) return { reason: 'entry_refused', firstBad: start + at, entryFault };
    }
    return undefined;
  }

  /** What was done at the first difference, which the entries after it show. */
  private async changeAt(index: number, at: number, computed: Uint8Array, stored: Uint8Array): Promise<EntryChange> {
    const { source, head } = this.input;
    const next = tileWidth(0, index + 1, head.size) > 0 ? await this.storedTile(0, index + 1) : undefined;
    const ahead = await source.take(TILE_WIDTH);
    const aheadHashes = Buffer.alloc(ahead.length * HASH_BYTES);
    for (const [place, entry] of ahead.entries()) source.writeLeafHash(entry, aheadHashes, place * HASH_BYTES);
    const found: HashWindow = {
      hashes: [...hashTexts(computed, at), ...hashTexts(aheadHashes, 0)],
      toTheEnd: ahead.length < TILE_WIDTH,
    };
    const logged: HashWindow = {
      hashes: [...hashTexts(stored, at), ...(next === undefined ? [] : hashTexts(next, 0))],
      toTheEnd: (index + 2) * TILE_WIDTH >= head.size,
    };
    return classifyChange(found, logged);
  }

  /** Judges the kept checkpoint when the entries of the open bundle reach its size. */
  private checkKept(start: number, count: number): void {
    const { kept } = this.input;
    if (kept === undefined || kept.size <= start || kept.size > start + count) return;
    this.keptHolds = sameBytes(this.open.root(kept.size - start), kept.root);
  }

  private async storedTile(level: number, index: number): Promise<Uint8Array | undefined> {
    try {
      return await readTileOf(this.input.head.size, level, index, this.input.readTile);
    } catch (error) {
      if (!(error instanceof TileFault)) throw error;
      this.suspectTile(`tile_${error.kind}`, index * leavesPerHash(level + 1));
      return undefined;
    }
  }

  private suspectTile(reason: 'tile_missing' | 'tile_damaged', firstBad: number): void {
    if (this.tileFault === undefined || firstBad < this.tileFault.firstBad) this.tileFault = { reason, firstBad };
  }
}

/** The place of the first hash that differs, up to the end of `computed`; -1 when none does. */
function firstDifference(computed: Uint8Array, stored: Uint8Array): number {
  if (sameBytes(computed, stored.subarray(0, computed.length))) return -1;
  return Math.floor(computed.findIndex((byte, at) => byte !== stored[at]) / HASH_BYTES);
}

/** The hashes of a tile from one place on, as text that can be looked for. */
function hashTexts(tile: Uint8Array, from: number): string[] {
  const text = Buffer.from(tile).toString('hex');
  return Array.from({ length: tile.length / HASH_BYTES - from }, (_, at) =>
    text.slice((from + at) * 2 * HASH_BYTES, (from + at + 1) * 2 * HASH_BYTES),
  );
}
