import { decisionBody, type DecisionBody } from '@narrow-deputies/contracts';
import { keyThumbprint } from '@narrow-deputies/signing';
import type { Plan } from '../plans/plan.ts';
import { judgeEvidence, type SignedAct } from '../verifier/signed-act.ts';

/** A person's signed request, kept whole: body, covered headers and signature. Enough to verify it again, anywhere. */
export interface ApprovalEvidence {
  readonly method: string;
  readonly targetUri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The request's body as text; canonical JSON. */
  readonly body: string;
}

/**
 * Verifies a stored request again from nothing but its evidence and the person's public key, as whoever verifies the log
 * does. Pure.
 *
 * @returns what the person signed, or undefined when anything does not hold.
 */
export function verifySignedRequest(evidence: ApprovalEvidence, publicX: string): SignedAct | undefined {
  const keyid = keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicX });
  return judgeEvidence(evidence, { keyid, kind: 'key', publicKey: publicX });
}

const ACTS = { approve: 'approve', approve_and_apply: 'approve', reject: 'reject' } as const;

/** What a signed act decides on this plan; undefined for another act, and where it is about another plan. */
export function decisionIn(
  signed: Pick<SignedAct, 'action' | 'arguments'> | undefined,
  plan: Pick<Plan, 'id' | 'digest' | 'shownDigest'>,
): DecisionBody | undefined {
  const body = decisionBody.safeParse(signed?.arguments);
  if (!signed || !body.success) return undefined;
  const { planId, planDigest, shownDigest, decision } = body.data;
  const bound = planId === plan.id && planDigest === plan.digest && shownDigest === plan.shownDigest;
  const asked = new Map<string, string>(Object.entries(ACTS)).get(signed.action);
  return bound && asked === decision ? body.data : undefined;
}

/** The same for a decision, which also has to be one on this plan. */
export const verifyEvidence = (
  evidence: ApprovalEvidence,
  plan: Pick<Plan, 'id' | 'digest' | 'shownDigest'>,
  publicX: string,
): DecisionBody | undefined => decisionIn(verifySignedRequest(evidence, publicX), plan);
