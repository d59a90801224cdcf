import type { KeyObject } from 'node:crypto';
import { decisionBody, type DecisionBody, type JsonValue } from '@narrow-deputies/contracts';
import {
  contentDigest,
  parseCanonical,
  parseSignature,
  PERSON_PROFILE,
  publicKeyFromX,
  verifySignature,
} from '@narrow-deputies/signing';
import type { Plan } from '../plans/plan.ts';

/** A person's signed request, kept whole: body, covered headers and signature. Enough to verify it again, anywhere. */
export interface ApprovalEvidence {
  readonly method: string;
  readonly targetUri: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The request's body as text; canonical JSON. */
  readonly body: string;
}

/**
 * Verifies a stored request again from nothing but its evidence and the person's public key. Pure.
 *
 * @returns the body that the person signed, or undefined when anything does not hold.
 */
export function verifySignedRequest(evidence: ApprovalEvidence, publicX: string): JsonValue | undefined {
  const bytes = Buffer.from(evidence.body);
  const parsed = parseSignature(PERSON_PROFILE, {
    signatureInput: evidence.headers['signature-input'] ?? '',
    signature: evidence.headers['signature'] ?? '',
  });
  if (!parsed || evidence.headers['content-digest'] !== contentDigest(bytes)) return undefined;
  const key = readKey(publicX);
  if (!key || !verifySignature(PERSON_PROFILE, evidence, parsed, key)) return undefined;
  const body = parseCanonical(bytes, { maxDepth: 4 });
  return body.ok ? body.value : undefined;
}

/** The same for a decision, which also has to be one on this plan. */
export function verifyEvidence(
  evidence: ApprovalEvidence,
  plan: Pick<Plan, 'id' | 'digest' | 'shownDigest'>,
  publicX: string,
): DecisionBody | undefined {
  const signed = decisionBody.safeParse(verifySignedRequest(evidence, publicX));
  if (!signed.success) return undefined;
  const { planId, planDigest, shownDigest } = signed.data;
  const bound = planId === plan.id && planDigest === plan.digest && shownDigest === plan.shownDigest;
  return bound ? signed.data : undefined;
}

/** A row that was edited may hold anything. */
function readKey(publicX: string): KeyObject | undefined {
  try {
    return publicKeyFromX(publicX);
  } catch {
    return undefined;
  }
}
