import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@narrow-deputies/contracts';
import { verifySignedRequest } from '../approvals/approval-evidence.ts';
import { mayDecide } from '../approvals/approval-rules.ts';
import type { Settings } from '../common/settings.ts';
import type { Tx } from '../database/database.ts';
import { isPasskeyEvidence, type Evidence } from '../people/credential.ts';
import { verifyPasskeyEvidence } from '../people/passkeys/passkey-evidence.ts';
import { findPasskey } from '../people/passkeys/passkeys-repository.ts';
import { findPerson, findPersonKey, type Person } from '../people/people-repository.ts';
import { grantTaskArguments } from './grant-arguments.ts';
import type { Task, TaskTerms } from './task.ts';

/** Name of the act, as it is signed. */
export const GRANT_TASK = 'grant_task';

/** Whether somebody may say yes to what an agent of this owner does: the owner themself, and nobody in their place. */
export const mayGrant = (person: Person, ownerId: string): boolean =>
  mayDecide(person, { approval: 'owner', reviewerRoles: [] }, ownerId);

/**
 * The id of the task that an act makes. It follows from what was signed, which holds a number that is used once: a second
 * row that rests on the same signature would need the same id.
 *
 * @returns a UUID of version 8 (RFC 9562, section 5.8).
 */
export function taskIdOf(evidence: Evidence): string {
  const signed = isPasskeyEvidence(evidence) ? evidence.act : (evidence.headers['signature-input'] ?? '');
  const hex = createHash('sha256').update(`task\n${signed}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return [...groups, hex.slice(20, 32)].join('-');
}

/**
 * Whether a stored task is what a person signed, verified again from the evidence, and whether that person could still
 * sign it: enrolled, owner of the agent, their key or passkey active. A row that was changed by hand is not.
 */
export async function verifiedTask(tx: Tx, task: Task, settings: Settings): Promise<boolean> {
  const person = await findPerson(tx, task.createdBy);
  if (!person || !mayGrant(person, task.ownerId) || task.id !== taskIdOf(task.evidence)) return false;
  const signed = grantTaskArguments.safeParse(await signedArguments(tx, task, settings));
  return signed.success && isDeepStrictEqual(signed.data, termsOf(task));
}

const termsOf = ({ clientId, tools, resource, sum, usesMaximum, reason, expiresAt }: Task): TaskTerms => ({
  clientId,
  tools: [...tools],
  resource: { type: resource.type, id: resource.id },
  sum: sum && { maximum: sum.maximum, currency: sum.currency },
  usesMaximum,
  reason,
  expiresAt,
});

/** What the person asked for with a credential that is theirs and active now; undefined when anything does not hold. */
async function signedArguments(
  tx: Tx,
  { evidence, keyid, createdBy }: Task,
  settings: Settings,
): Promise<JsonValue | undefined> {
  if (!isPasskeyEvidence(evidence)) {
    const key = await findPersonKey(tx, keyid);
    const holds = settings.acceptsKeyFiles && key?.state === 'active' && key.personId === createdBy;
    const isGrant = evidence.method === 'POST' && evidence.targetUri.endsWith(`/people/${GRANT_TASK}`);
    return holds && isGrant ? verifySignedRequest(evidence, key.publicX) : undefined;
  }
  const passkey = await findPasskey(tx, keyid);
  if (passkey?.state !== 'active' || passkey.personId !== createdBy) return undefined;
  const act = await verifyPasskeyEvidence(evidence, passkey.publicKey, settings.relyingParty);
  const isGrant = act?.environment === settings.environment && act.person === createdBy && act.action === GRANT_TASK;
  return isGrant ? act.arguments : undefined;
}
