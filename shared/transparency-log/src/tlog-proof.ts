import { openCheckpoint, type Checkpoint, type CheckpointFault, type CheckpointTrust } from './checkpoint.ts';
import { isCount } from './geometry.ts';
import { HASH_BYTES, leafHash } from './hash.ts';
import { decodeBase64, encodeBase64, parseDecimal } from './text.ts';
import { verifyInclusion } from './verify-proof.ts';

/** One entry's proof that needs nothing else: where it is, its siblings lowest first, and the signed checkpoint. */
export interface TlogProof {
  index: number;
  inclusion: readonly Uint8Array[];
  /** The signed note, verbatim. */
  checkpoint: string;
  /** Opaque; nothing vouches for it. */
  extra?: Uint8Array;
}

/** Why a proof proves nothing: its form, its checkpoint, or that the entry is not at that place in that tree. */
export type ProofFault = 'proof_malformed' | CheckpointFault | 'not_included';

export type VerifiedProof = { ok: true; index: number; checkpoint: Checkpoint } | { ok: false; fault: ProofFault };

const HEADER = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';
/** A tree of 2^53 leaves has paths of 53 hashes. */
const MAX_PATH = 53;

/**
 * Writes a proof as text (C2SP tlog-proof, "Format"); the file extension is `.tlog-proof`.
 *
 * @throws TypeError when the index is none, or an inclusion hash has not 32 bytes.
 */
export function formatTlogProof({ index, inclusion, checkpoint, extra }: TlogProof): string {
  if (!isCount(index)) throw new TypeError('An index is 0 to 2^53 - 1.');
  if (!inclusion.every(({ length }) => length === HASH_BYTES)) throw new TypeError('A hash has 32 bytes.');
  const lines = [HEADER, INDEX + index, ...inclusion.map(encodeBase64)];
  if (extra !== undefined) lines.splice(1, 0, EXTRA + encodeBase64(extra));
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof; undefined for any other form. The checkpoint in it is not looked at. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const blank = text.indexOf('\n\n');
  if (blank < 0) return undefined;
  const [header, ...lines] = text.slice(0, blank).split('\n');
  if (header !== HEADER) return undefined;
  const extraLine = lines[0]?.startsWith(EXTRA) ? lines.shift() : undefined;
  const extra = extraLine === undefined ? undefined : decodeBase64(extraLine.slice(EXTRA.length));
  if (extraLine !== undefined && extra === undefined) return undefined;

  const [indexLine = '', ...hashLines] = lines;
  const index = indexLine.startsWith(INDEX) ? parseDecimal(indexLine.slice(INDEX.length)) : undefined;
  const inclusion = hashLines.map(decodeBase64).filter((hash) => hash?.length === HASH_BYTES);
  if (index === undefined || inclusion.length !== hashLines.length || inclusion.length > MAX_PATH) return undefined;
  const proof = { index, inclusion: inclusion.filter((hash) => hash !== undefined), checkpoint: text.slice(blank + 2) };
  return extra === undefined ? proof : { ...proof, extra };
}

/**
 * Verifies that an entry is in a log, from the proof's text and the log's keys alone. Never throws.
 *
 * @param entry the entry's bytes.
 */
export function verifyTlogProof(text: string, entry: Uint8Array, trust: CheckpointTrust): VerifiedProof {
  const proof = parseTlogProof(text);
  if (proof === undefined) return { ok: false, fault: 'proof_malformed' };
  const opened = openCheckpoint(proof.checkpoint, trust);
  if (!opened.ok) return opened;
  const { index, inclusion } = proof;
  const { size, root } = opened.checkpoint;
  const included = verifyInclusion({ index, size, root, leafHash: leafHash(entry), proof: inclusion });
  return included ? { ok: true, index, checkpoint: opened.checkpoint } : { ok: false, fault: 'not_included' };
}
