import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import { Refusal } from '../common/refusal.ts';
import { isFor } from '../verifier/acts.ts';
import { judgeEvidence, type SignedAct } from '../verifier/signed-act.ts';
import { isPasskeyEvidence, type Evidence } from './credential.ts';

/** An act as it is about to be taken. */
export interface ActToJudge {
  readonly environment: string;
  readonly action: string;
  readonly personId: string;
  readonly keyid: string;
  /** The `x` of an Ed25519 JWK, or a COSE key, base64url. */
  readonly publicKey: string;
  readonly evidence: Evidence;
  readonly arguments: JsonObject;
  readonly requestId: string;
}

/**
 * Judges the evidence of an act, in the form in which it will be stored, by the function that verifies exported logs: what is
 * taken here holds there.
 *
 * @returns what was signed.
 * @throws Refusal `unauthenticated` for a passkey, `signature_invalid` for a signed request.
 */
export function requireJudged(given: ActToJudge): SignedAct {
  const kind = isPasskeyEvidence(given.evidence) ? 'passkey' : 'key';
  const stored: unknown = JSON.parse(JSON.stringify(given.evidence));
  const { keyid, publicKey, environment, personId } = given;
  const signed = judgeEvidence(stored, { keyid, kind, publicKey });
  const isIt =
    signed?.action === given.action &&
    signed.requestId === given.requestId &&
    isFor(signed, environment, personId) &&
    canonicalize(signed.arguments) === canonicalize(given.arguments);
  if (isIt) return signed;
  throw kind === 'passkey'
    ? new Refusal('unauthenticated', {
        detail:
          'This confirmation is not in a form that can be verified again later. Confirm anew, with another browser.',
      })
    : new Refusal('signature_invalid', {
        detail: 'What was signed is not in a form that can be verified again later: POST to /people/<action>, plainly.',
      });
}
