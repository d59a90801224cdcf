import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { actText, challengeOf, type Act } from '../../src/people/passkeys/act.ts';
import type { PasskeyEvidence } from '../../src/people/passkeys/passkey-evidence.ts';
import { grantTaskArguments } from '../../src/tasks/grant-arguments.ts';
import { GRANT_TASK, taskIdOf } from '../../src/tasks/task-evidence.ts';
import type { Task, TaskUse } from '../../src/tasks/task.ts';
import { signAct, type Signer } from './evidence.ts';
import { MINUTE, NOON, OWNER } from './rows.ts';
import type { SoftAuthenticator } from './soft-authenticator.ts';

/** What an owner asks for: refunds on ticket 1842, up to 50.00 EUR, for 30 minutes. */
export const grantOf = (differs: JsonObject = {}): JsonObject => ({
  clientId: 'ticket-handler',
  tools: ['commit_refund', 'commit_update_ticket'],
  resourceType: 'ticket',
  resourceId: '1842',
  upTo: '50.00',
  currency: 'EUR',
  expiresAt: new Date(NOON + 30 * MINUTE).toISOString(),
  reason: 'Broken cups.',
  ...differs,
});

/** The task that a grant makes, with the evidence that it rests on. */
export function taskOf(args: JsonObject, keyid: string, evidence: Task['evidence']): Task {
  const terms = grantTaskArguments.parse(args);
  return {
    ...terms,
    id: taskIdOf(evidence),
    ownerId: OWNER.id,
    agent: 'support-agent',
    sumPointer: terms.sum && '/amount',
    spent: 0,
    uses: 0,
    state: 'active',
    createdBy: OWNER.id,
    keyid,
    evidence,
    createdAt: NOON,
    revokedBy: null,
    revokedAt: null,
  };
}

/** A task that the owner signed with a key of the command line. */
export const keyTask = (signer: Signer, differs: JsonObject = {}): Task => {
  const args = grantOf(differs);
  return taskOf(args, signer.key.keyid, signAct(signer, GRANT_TASK, args));
};

/** A task that the owner signed with a passkey; `says` is what the act says otherwise. */
export function passkeyTask(passkey: SoftAuthenticator, environment: string, says: Partial<Act> = {}): Task {
  const args = grantOf();
  const act = actText({
    environment,
    action: GRANT_TASK,
    arguments: args,
    person: OWNER.id,
    nonce: randomBytes(32).toString('base64url'),
    ...says,
  });
  const { id, response } = passkey.get(challengeOf(act));
  const { clientDataJSON, authenticatorData, signature } = response;
  const evidence: PasskeyEvidence = { act, credentialId: id, clientDataJSON, authenticatorData, signature };
  return taskOf(args, id, evidence);
}

/** A refund of so many cents on ticket 1842. */
export const refundUse = (amount: number, differs: Partial<TaskUse> = {}): TaskUse => ({
  clientId: 'ticket-handler',
  ownerId: OWNER.id,
  tool: 'commit_refund',
  resource: { type: 'ticket', id: '1842' },
  money: { pointer: '/amount', amount, currency: 'EUR' },
  ...differs,
});
