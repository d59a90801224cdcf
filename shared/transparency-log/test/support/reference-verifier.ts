import { openCheckpoint, openNote, parseCheckpoint, treeHead, leafHash, type Checkpoint } from '../../src/index.ts';
import { trust } from './keys.ts';
import type { SampleLog } from './sample-log.ts';
import { tilePathsOf } from './tile-store.ts';

/** The checks that a verification of a whole log consists of. */
export const CHECKS = [
  'the signature',
  'the origin',
  'the kept checkpoint’s signature',
  'that the log is not older than the kept checkpoint',
  'that the log continues the kept checkpoint',
  'that every entry is there',
  'that there are no more entries',
  'the hash of each entry',
  'the hash tiles',
] as const;
export type Check = (typeof CHECKS)[number];

/**
 * Verifies a log in the plainest way, all in memory: the root over all entries is compared with the signed one. One check can
 * be left out, which makes it a verifier that is broken on purpose. Says only whether the log holds.
 */
export function referenceVerify(log: SampleLog, kept: string | undefined, without?: Check): boolean {
  const does = (check: Check): boolean => check !== without;
  const newest = read(log.checkpoint, does('the signature'), does('the origin'));
  if (newest === undefined) return false;
  const { size } = newest;
  const { entries } = log;
  if (does('that there are no more entries') && entries.length > size) return false;
  if (does('that every entry is there') && entries.length < size) return false;

  // What a verifier does not look at itself, it believes the stored leaf hashes.
  const stored = storedLeaves(log, size);
  const own = does('the hash of each entry') ? entries.slice(0, size).map(leafHash) : [];
  const leaves = [...own, ...stored.slice(own.length)];
  if (!same(treeHead(leaves), newest.root)) return false;

  if (kept !== undefined) {
    const older = read(kept, does('the kept checkpoint’s signature'), true);
    if (older === undefined) return false;
    if (older.size > size) return !does('that the log is not older than the kept checkpoint');
    const continues = same(treeHead(leaves.slice(0, older.size)), older.root);
    if (does('that the log continues the kept checkpoint') && !continues) return false;
  }
  return !does('the hash tiles') || tilesHold(log, leaves);
}

function read(note: string, signature: boolean, origin: boolean): Checkpoint | undefined {
  if (signature && origin) {
    const opened = openCheckpoint(note, trust);
    return opened.ok ? opened.checkpoint : undefined;
  }
  const checkpoint = parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
  if (signature && !openNote(note, trust.verifiers).ok) return undefined;
  return origin && checkpoint?.origin !== trust.origin ? undefined : checkpoint;
}

/** The hashes of the lowest tiles, as they are stored. */
function storedLeaves({ store }: SampleLog, size: number): Uint8Array[] {
  const tiles = tilePathsOf(size).filter((path) => path.startsWith('tile/0/'));
  const bytes = Buffer.concat(tiles.map((path) => store.tiles.get(path) ?? Buffer.of()));
  return Array.from({ length: bytes.length / 32 }, (_, at) => bytes.subarray(at * 32, (at + 1) * 32));
}

/** Whether every hash of every tile is that of the leaves under it. */
function tilesHold({ store }: SampleLog, leaves: readonly Uint8Array[]): boolean {
  return tilePathsOf(leaves.length).every((path) => {
    const [, level = '', number = ''] = path.split('/');
    const span = 256 ** Number(level);
    const start = Number.parseInt(number, 10) * 256 * span;
    const tile = store.tiles.get(path) ?? Buffer.of();
    return Array.from({ length: tile.length / 32 }, (_, at) => start + at * span).every((from, at) =>
      same(tile.subarray(at * 32, (at + 1) * 32), treeHead(leaves.slice(from, from + span))),
    );
  });
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
