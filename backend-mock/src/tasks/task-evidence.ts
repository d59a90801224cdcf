import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@narrow-deputies/contracts';
import { verifySignedRequest } from '../approvals/approval-evidence.ts';
import { mayDecide } from '../approvals/approval-rules.ts';
import type { Settings } from '../common/settings.ts';
import type { Tx } from '../database/database.ts';
import { isPasskeyEvidence } from '../people/credential.ts';
import { verifyPasskeyEvidence } from '../people/passkeys/passkey-evidence.ts';
import { findPasskey } from '../people/passkeys/passkeys-repository.ts';
import { findPerson, findPersonKey, type Person } from '../people/people-repository.ts';
import { taskIdOf } from '../verifier/signed-act.ts';
import { grantTaskArguments } from './grant-arguments.ts';
import type { Task, TaskTerms } from './task.ts';

export { taskIdOf } from '../verifier/signed-act.ts';

/** Name of the act, as it is signed. */
export const GRANT_TASK = 'grant_task';

/** Whether somebody may say yes to what an agent of this owner does: the owner themself, and nobody in their place. */
export const mayGrant = (person: Person, ownerId: string): boolean =>
  mayDecide(person, { approval: 'owner', reviewerRoles: [] }, ownerId);

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
    const signed = holds ? verifySignedRequest(evidence, key.publicX) : undefined;
    return signed?.action === GRANT_TASK ? signed.arguments : undefined;
  }
  const passkey = await findPasskey(tx, keyid);
  const isTheirs = passkey?.state === 'active' && passkey.personId === createdBy && evidence.credentialId === keyid;
  if (!isTheirs) return undefined;
  const act = verifyPasskeyEvidence(evidence, passkey.publicKey, settings.relyingParty);
  const isGrant = act?.environment === settings.environment && act.person === createdBy && act.action === GRANT_TASK;
  return isGrant ? act.arguments : undefined;
}
