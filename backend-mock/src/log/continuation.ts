import type { JsonObject } from '@narrow-deputies/contracts';
import { openCheckpoint, rootFromTiles, sameBytes, type NoteVerifier } from '@narrow-deputies/transparency-log';
import type { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import type { Database } from '../database/database.ts';
import type { CheckpointCopies } from './checkpoint-copies.ts';
import { newestCheckpoint, tileReader } from './log-repository.ts';

/** The tool of the entry by which somebody accepts that a log does not go on from what was signed before. */
export const LOG_ACCEPTED = 'log.accept_restored';

/** Why a store is not known to go on from what was signed before. */
export interface Break {
  /** For the person who started the process. */
  readonly words: string;
  readonly because: 'no_copy' | 'other_log' | 'rolled_back' | 'rewritten';
  readonly store: JsonObject;
  readonly copy: JsonObject | null;
}

/** What to do about it. */
export const HOW_TO_GO_ON =
  'Start with the folder or the store that belongs to the other (DEPUTIES_LOG_CHECKPOINTS; replicas share one folder). Or, if ' +
  'this store was restored and nothing newer is left, say who accepts that: --accept-restored <name>. It becomes an entry.';

/** @returns undefined for a store that goes on from its copy, or that has no log yet. */
export async function findBreak(
  { db }: Database,
  copies: CheckpointCopies,
  verifier: NoteVerifier,
): Promise<Break | undefined> {
  const note = await copies.newest();
  const newest = await newestCheckpoint(db);
  const store = newest ? { size: newest.size, root: newest.root.toString('base64') } : { size: 0, root: null };
  if (note === undefined) {
    if (!newest) return undefined;
    const words = `${copies.folder} has no checkpoint, and the store's log has ${newest.size} entries: nothing shows that it is whole.`;
    return { words, because: 'no_copy', store, copy: null };
  }
  const broken = (what: string, because: Break['because'], copy: JsonObject | null): Break => ({
    words: `The checkpoint in ${copies.folder} ${what}.`,
    because,
    store,
    copy,
  });
  const opened = openCheckpoint(note, { origin: verifier.name, verifiers: [verifier] });
  if (!opened.ok) return broken(`is not of this store's log (${opened.fault})`, 'other_log', null);
  const { size, root } = opened.checkpoint;
  const copy = { size, root: Buffer.from(root).toString('base64') };
  if (store.size < size) {
    const what = `says ${size} entries, the store's log has ${store.size}: it was rolled back`;
    return broken(what, 'rolled_back', copy);
  }
  if (sameBytes(await rootFromTiles(size, tileReader(db)), root)) return undefined;
  return broken('is not what the store says about the same entries: they were rewritten', 'rewritten', copy);
}

/** @param by name of whoever accepts it, as they gave it. */
export async function recordAcceptance(
  database: Database,
  audit: AuditService,
  found: Break,
  by: string,
): Promise<void> {
  const { because, store, copy } = found;
  await database.transaction(async (tx) => {
    await audit.record(tx, await currentTime(database, tx), {
      tool: LOG_ACCEPTED,
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['command-line'],
      details: { because, by: by.slice(0, 200).toWellFormed(), store, copy },
    });
  });
}
