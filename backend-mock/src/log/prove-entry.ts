import { formatTlogProof, formatVerifierKey, inclusionProof } from '@narrow-deputies/transparency-log';
import type { Reader } from '../database/database.ts';
import type { ProofFile } from '../verifier/verify-proof.ts';
import { logVerifier } from './log-identity.ts';
import { newestCheckpoint, tileReader } from './log-repository.ts';

/**
 * Proves that an entry is in the log, with one read for each level of tiles.
 *
 * @returns undefined where there is no such entry; `waiting` while it has no place in a signed head yet.
 */
export async function proveEntry(tx: Reader, auditId: string): Promise<ProofFile | 'waiting' | undefined> {
  const row = await tx
    .selectFrom('audit_entries')
    .select(['entry', 'log_index'])
    .where('audit_id', '=', auditId)
    .executeTakeFirst();
  if (!row) return undefined;
  const checkpoint = await newestCheckpoint(tx);
  const verifier = await logVerifier(tx);
  const { entry, log_index: index } = row;
  if (!checkpoint || !verifier || index === null || index >= checkpoint.size) return 'waiting';
  const inclusion = await inclusionProof(index, checkpoint.size, tileReader(tx));
  const proof = formatTlogProof({ index, inclusion, checkpoint: checkpoint.note });
  return { entry, proof, vkey: formatVerifierKey(verifier) };
}

/** The entry of a plan's commit, by the receipt; undefined where it was not committed. */
export async function committedEntry(tx: Reader, planId: string): Promise<string | undefined> {
  const row = await tx.selectFrom('plans').select('receipt').where('id', '=', planId).executeTakeFirst();
  if (!row || row.receipt === null) return undefined;
  const { auditId } = JSON.parse(row.receipt) as { auditId?: unknown };
  return typeof auditId === 'string' ? auditId : undefined;
}
