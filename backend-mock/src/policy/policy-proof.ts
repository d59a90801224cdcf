import type { JsonObject } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import type { PoliciesTable } from '../database/schema.ts';
import { isSeal, type EntrySeal } from '../writers/entry-seal.ts';
import { isSealedEntry } from '../writers/sealed-entry.ts';
import type { Selectable } from 'kysely';

/** The active policy, and what the newest entry of an activation says. */
export interface ActivePolicyRow extends Selectable<PoliciesTable> {
  /** Canonical JSON of that entry; null where there is none. */
  readonly activation: string | null;
  readonly activation_mac: string | null;
}

/**
 * Whether a process with the log's key made this the active policy, and nothing later has replaced it: its text is the one
 * that its digest names, its row carries the seal, and the newest activation on record is not a later one of another policy.
 */
export function isProven(seal: EntrySeal, row: ActivePolicyRow): boolean {
  const { digest, environment, name, activated_by, activated_at, audit_id } = row;
  const right = seal.policy({ digest, environment, name, activated_by, activated_at, audit_id });
  return digest === `sha-256:${sha256Hex(row.content)}` && isSeal(row.mac, right) && isNewest(seal, row, activated_at);
}

/** Whoever takes the newest row away would bring the policy before back. */
function isNewest(seal: EntrySeal, { activation, activation_mac: mac, digest }: ActivePolicyRow, at: number): boolean {
  if (activation === null) return true;
  if (!isSealedEntry(seal, Buffer.from(activation), mac)) return false;
  const { time, details } = JSON.parse(activation) as { time: string; details: JsonObject };
  return Date.parse(time) <= at || details['digest'] === digest;
}
