import type { CheckpointFault } from '../checkpoint.ts';

/** What a caller's own check found wrong with the content of one entry, in its own words. */
export interface EntryFault {
  code: string;
  message: string;
}

/**
 * Why a log does not hold.
 *
 * - `checkpoint_*`, `kept_*`: the newest checkpoint, or the one kept elsewhere, cannot be trusted: it is malformed, signed
 *   by no known key, badly signed by a known key, or of another log.
 * - `rolled_back`: the newest checkpoint is older than the kept one.
 * - `fork`: the log is what its newest checkpoint signs, and is not a continuation of the kept one.
 * - `entry_edited`, `entry_deleted`, `entry_inserted`, `entry_reordered`: the entry at `firstBad` is not the one that the
 *   log committed to. `entry_edited` is also what is said when the others cannot be told.
 * - `entries_rewritten`: entries from `firstBad` on were changed together with the hash tiles right above them.
 * - `bundle_malformed`: what should be the entry at `firstBad` cannot be read.
 * - `entries_missing`, `entries_surplus`: there are fewer or more entries than the checkpoint says.
 * - `entry_refused`: the caller's own check refused the content of the entry.
 * - `tile_missing`, `tile_damaged`: every entry is right, and a hash tile is not; `firstBad` is the first entry under it.
 * - `root_mismatch`: the entries do not hash to the root that the checkpoint signs, and no tile proves which one is wrong.
 */
export type LogReason =
  | `checkpoint_${CheckpointFault}`
  | `kept_${CheckpointFault}`
  | 'rolled_back'
  | 'fork'
  | 'entry_edited'
  | 'entry_deleted'
  | 'entry_inserted'
  | 'entry_reordered'
  | 'entries_rewritten'
  | 'bundle_malformed'
  | 'entries_missing'
  | 'entries_surplus'
  | 'entry_refused'
  | 'tile_missing'
  | 'tile_damaged'
  | 'root_mismatch';

/** What one verification found. */
export interface LogFinding {
  reason: LogReason;
  /** The smallest index known to be wrong; for a range, its first. Absent where the whole log is in question. */
  firstBad?: number;
  /** With `entry_refused` only. */
  entryFault?: EntryFault;
}

/**
 * The verdict: `entries` were read, until the first fault that could be proved, of the `treeSize` that the newest checkpoint
 * signs (0 while no checkpoint could be trusted). `message` is a sentence for people that repeats nothing from the log.
 */
export type LogVerdict =
  | { ok: true; entries: number; treeSize: number }
  | ({ ok: false; entries: number; treeSize: number; message: string } & LogFinding);

const CHECKPOINTS = { checkpoint: 'The newest checkpoint', kept: 'The kept checkpoint' } as const;
const CHECKPOINT_FAULTS: Readonly<Record<CheckpointFault, string>> = {
  malformed: 'is not a signed checkpoint.',
  unsigned: 'is not signed by a key that is trusted for this log.',
  signature_invalid: 'has a signature of a trusted key that does not verify.',
  origin: 'is of another log.',
};

/** The sentence for people that goes with a finding. */
export function sentence({ reason, firstBad, entryFault }: LogFinding, entries: number, treeSize: number): string {
  const at = firstBad === undefined ? '' : ` ${firstBad}`;
  switch (reason) {
    case 'rolled_back':
      return 'The newest checkpoint is older than the kept one: the end of the log was taken back.';
    case 'fork':
      return 'The log is not a continuation of the log that the kept checkpoint is of.';
    case 'entry_edited':
      return `Entry${at} is not the entry that was logged.`;
    case 'entry_deleted':
      return `Entry${at} was taken out of the log.`;
    case 'entry_inserted':
      return `Entry${at} was put into the log later.`;
    case 'entry_reordered':
      return `Entry${at} is not in its place.`;
    case 'entries_rewritten':
      return `Entries from${at} on were rewritten together with their hash tiles.`;
    case 'bundle_malformed':
      return `Entry${at} cannot be read.`;
    case 'entries_missing':
      return `The log ends before entry${at}; its checkpoint counts ${treeSize} entries.`;
    case 'entries_surplus':
      return `The log goes on after the ${treeSize} entries that its checkpoint counts.`;
    case 'entry_refused':
      return `Entry${at} is in the log as it was written, but: ${entryFault?.message ?? 'its content was refused.'}`;
    case 'tile_missing':
      return `The hash tiles above entry${at} are not complete.`;
    case 'tile_damaged':
      return `A hash tile above entry${at} is damaged; the entries are right.`;
    case 'root_mismatch':
      return firstBad === undefined
        ? `The ${entries} entries are not those that the checkpoint signs.`
        : `The ${entries} entries are not those that the checkpoint signs; up to entry${at} nothing speaks against them.`;
    default: {
      const [which, fault] = splitReason(reason);
      return `${CHECKPOINTS[which]} ${CHECKPOINT_FAULTS[fault]}`;
    }
  }
}

function splitReason(reason: `${'checkpoint' | 'kept'}_${CheckpointFault}`): ['checkpoint' | 'kept', CheckpointFault] {
  const which = reason.startsWith('kept_') ? 'kept' : 'checkpoint';
  return [which, reason.slice(which.length + 1) as CheckpointFault];
}
