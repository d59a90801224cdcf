import {
  encodeEntryBundle,
  leafHash,
  signCheckpoint,
  verifyLog,
  type LogVerdict,
  type LogToVerify,
} from '../../src/index.ts';
import { ORIGIN, signer, trust } from './keys.ts';
import { TileStore } from './tile-store.ts';

/** A whole log as an export holds it: what an attacker may change before it is verified. */
export interface SampleLog {
  entries: Uint8Array[];
  store: TileStore;
  checkpoint: string;
}

/** An entry that no other index has; its length varies. */
export const entryAt = (index: number, history = 'first'): Buffer =>
  Buffer.from(`${history} ${index} ${'x'.repeat(index % 7)}`);

export const entriesOf = (size: number, history?: string): Buffer[] =>
  Array.from({ length: size }, (_, index) => entryAt(index, history));

/** A log over entries, sequenced in two steps. */
export async function logOf(entries: readonly Uint8Array[], signers = [signer], origin = ORIGIN): Promise<SampleLog> {
  const store = new TileStore();
  const hashes = entries.map(leafHash);
  await store.append(hashes.slice(0, hashes.length >> 1));
  await store.append(hashes.slice(hashes.length >> 1));
  return {
    entries: [...entries],
    store,
    checkpoint: signCheckpoint({ origin, ...store.head, extensions: [] }, signers),
  };
}

/** A copy whose parts can be changed without touching the original. */
export function copyOf({ entries, store, checkpoint }: SampleLog): SampleLog {
  const copy = new TileStore();
  copy.head = store.head;
  for (const [path, tile] of store.tiles) copy.tiles.set(path, Buffer.from(tile));
  return { entries: [...entries], store: copy, checkpoint };
}

/** Entries as bundles of 256, the last one of what is left. */
export function bundlesOf(entries: readonly Uint8Array[]): Uint8Array[] {
  const bundles: Uint8Array[] = [];
  for (let at = 0; at < entries.length; at += 256) bundles.push(encodeEntryBundle(entries.slice(at, at + 256)));
  return bundles;
}

export const verifySample = (
  { entries, store, checkpoint }: SampleLog,
  more: Partial<LogToVerify> = {},
): Promise<LogVerdict> =>
  verifyLog({ stream: { bundles: bundlesOf(entries) }, readTile: store.read, checkpoint, ...trust, ...more });

/** The reason and the first bad index of a verdict. */
export const findingOf = (verdict: LogVerdict): [string, number | undefined] =>
  verdict.ok ? ['ok', undefined] : [verdict.reason, verdict.firstBad];
