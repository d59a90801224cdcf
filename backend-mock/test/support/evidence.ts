import { randomBytes, type KeyObject } from 'node:crypto';
import type { DecisionBody, JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  generateSeed,
  keyThumbprint,
  PERSON_PROFILE,
  privateKeyFromSeed,
  publicJwk,
  signRequest,
} from '@narrow-deputies/signing';
import type { ApprovalEvidence } from '../../src/approvals/approval-evidence.ts';
import type { PersonKey } from '../../src/people/people-repository.ts';
import type { Plan } from '../../src/plans/plan.ts';
import { NOON } from './rows.ts';

/** Somebody who signs with a key of their own. */
export interface Signer {
  readonly privateKey: KeyObject;
  readonly key: PersonKey;
}

export function makeSigner(personId: string): Signer {
  const privateKey = privateKeyFromSeed(generateSeed());
  const jwk = publicJwk(privateKey);
  const key = { keyid: keyThumbprint(jwk), personId, publicX: jwk.x, assurance: 'simulated', state: 'active' } as const;
  return { privateKey, key };
}

export const decisionOn = (plan: Plan, decision: DecisionBody['decision'] = 'approve'): DecisionBody => ({
  planId: plan.id,
  planDigest: plan.digest,
  shownDigest: plan.shownDigest,
  decision,
});

/** A decision as its person's program sends it, and as the backend keeps it. */
export function signEvidence(signer: Signer, decision: DecisionBody): ApprovalEvidence {
  const { reason, ...rest } = decision;
  return signAct(signer, decision.decision, { ...rest, ...(reason !== undefined && { reason }) });
}

/** Any act as its person's program sends it, and as the backend keeps it. */
export function signAct(signer: Signer, action: string, args: JsonObject): ApprovalEvidence {
  const body = canonicalize(args);
  const message = {
    method: 'POST',
    targetUri: `http://127.0.0.1:4180/people/${action}`,
    headers: {
      'content-type': 'application/json',
      'content-digest': contentDigest(Buffer.from(body)),
      'idempotency-key': '"5f0c1d9e-0000-4000-8000-000000000001"',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    },
  };
  const created = NOON / 1000;
  const nonce = randomBytes(24).toString('base64url');
  const parameters = { created, expires: created + 30, nonce, keyid: signer.key.keyid };
  const signed = signRequest(PERSON_PROFILE, message, parameters, signer.privateKey);
  return { ...message, headers: { ...message.headers, ...signed }, body };
}
