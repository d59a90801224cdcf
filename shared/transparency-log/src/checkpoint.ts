import { isCount } from './geometry.ts';
import { HASH_BYTES } from './hash.ts';
import type { NoteSigner, NoteVerifier } from './note-key.ts';
import { openNote, signNote, type NoteFault } from './note.ts';
import { decodeBase64, encodeBase64, parseDecimal } from './text.ts';

/** A tree head as a log signs it: which log, how many entries, the root over them, and lines of its own if any. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
  extensions: readonly string[];
}

/** What a checkpoint is read with: the log that it must be of, and the keys that speak for that log. */
export interface CheckpointTrust {
  origin: string;
  verifiers: readonly NoteVerifier[];
}

/** Why a checkpoint is refused: as a note, or because a trusted key signed it for another log. */
export type CheckpointFault = NoteFault | 'origin';

export type OpenedCheckpoint = { ok: true; checkpoint: Checkpoint } | { ok: false; fault: CheckpointFault };

const isLine = (line: string): boolean => line !== '' && !line.includes('\n');

/**
 * The note text of a checkpoint (C2SP tlog-checkpoint, "Note text").
 *
 * @throws TypeError when a line is empty or more than one, the size is not 0 to 2^53 - 1, or the root has not 32 bytes.
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const lines = [origin, String(size), encodeBase64(root), ...extensions];
  if (!isCount(size) || root.length !== HASH_BYTES || !lines.every(isLine)) {
    throw new TypeError('This cannot be a checkpoint.');
  }
  return `${lines.join('\n')}\n`;
}

/** Reads the note text of a checkpoint; undefined for any text that `formatCheckpoint` does not write. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const [origin = '', decimal = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = parseDecimal(decimal);
  const root = decodeBase64(encoded);
  if (size === undefined || root?.length !== HASH_BYTES || ![origin, ...extensions].every(isLine)) return undefined;
  return { origin, size, root, extensions };
}

/** A signed checkpoint. Throws TypeError as `formatCheckpoint` and `signNote` do. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/** Reads a signed checkpoint and verifies it. Never throws; its text is looked at only when a trusted key signed it. */
export function openCheckpoint(note: string | Uint8Array, { origin, verifiers }: CheckpointTrust): OpenedCheckpoint {
  const opened = openNote(note, verifiers);
  if (!opened.ok) return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === undefined) return { ok: false, fault: 'malformed' };
  return checkpoint.origin === origin ? { ok: true, checkpoint } : { ok: false, fault: 'origin' };
}
