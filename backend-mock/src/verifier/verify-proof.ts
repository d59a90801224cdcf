import { parseVerifierKey, verifyTlogProof, type ProofFault } from '@narrow-deputies/transparency-log';
import * as z from 'zod';
import { Fault, type ExportCode } from './fault.ts';
import { readEntry, type LoggedEntry } from './logged-entry.ts';

const proofFile = z.strictObject({
  /** The entry's exact bytes, as text. */
  entry: z.string(),
  /** C2SP tlog-proof. */
  proof: z.string(),
  /** The key that the log says it is signed with (C2SP signed-note, "Verifier keys"). */
  vkey: z.string(),
});

/** One entry, and all that it takes to know that it is in the log but trust in the key. */
export type ProofFile = z.infer<typeof proofFile>;

export type ProofCode = Extract<ExportCode, `key_${string}` | 'entry_malformed'> | ProofFault;

export type ProofVerdict =
  | {
      readonly ok: true;
      readonly index: number;
      readonly treeSize: number;
      readonly origin: string;
      readonly entry: LoggedEntry;
    }
  | { readonly ok: false; readonly code: ProofCode; readonly reason: string };

const WORDS: Readonly<Record<ProofFault, string>> = {
  proof_malformed: 'This is no proof of an entry.',
  malformed: 'The checkpoint in it is none.',
  unsigned: 'The checkpoint in it is not signed with the key that is trusted.',
  signature_invalid: "The checkpoint's signature does not verify.",
  origin: 'The checkpoint is of another log.',
  not_included: 'The entry is not in the log at that place.',
};

/** Verifies a proof file by itself. @param key the log's verifier key, where it was kept elsewhere. Never throws. */
export function verifyProofFile(text: string, key?: string): ProofVerdict {
  const parsed = proofFile.safeParse(readJson(text));
  if (!parsed.success) return refused('proof_malformed');
  const { entry, proof, vkey } = parsed.data;
  const verifier = parseVerifierKey(key?.trim() ?? vkey);
  if (!verifier) return { ok: false, code: 'key_unusable', reason: 'The key is no verifier key of a log.' };
  if (key !== undefined && key.trim() !== vkey) {
    return {
      ok: false,
      code: 'key_mismatch',
      reason: 'The log is signed with another key than the one that is trusted.',
    };
  }
  const bytes = Buffer.from(entry);
  const verdict = verifyTlogProof(proof, bytes, { origin: verifier.name, verifiers: [verifier] });
  if (!verdict.ok) return refused(verdict.fault);
  try {
    const { index, checkpoint } = verdict;
    return { ok: true, index, treeSize: checkpoint.size, origin: checkpoint.origin, entry: readEntry(bytes) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, code: 'entry_malformed', reason: error.message };
  }
}

const refused = (code: ProofFault): ProofVerdict => ({ ok: false, code, reason: WORDS[code] });

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
