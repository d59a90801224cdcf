import type { KeyObject } from 'node:crypto';
import {
  parseSignature,
  publicKeyFromX,
  signatureTimeFault,
  verifySignature,
  type Profile,
  type SignatureParameters,
} from '@narrow-deputies/signing';
import { Refusal } from '../common/refusal.ts';

/** Key objects are dear to make and public keys never change under one thumbprint. */
const keys = new Map<string, KeyObject>();
const KEYS_MAX = 1_000;

function keyOf(publicX: string): KeyObject {
  let key = keys.get(publicX);
  if (!key) {
    key = publicKeyFromX(publicX);
    if (keys.size >= KEYS_MAX) keys.clear();
    keys.set(publicX, key);
  }
  return key;
}

export interface SignatureClaim {
  readonly profile: Profile;
  readonly method: string;
  /** The public origin and the path; never from `Host`. */
  readonly targetUri: string;
  /** Covered headers, `signature-input` and `signature`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The key that has to have signed. */
  readonly keyid: string;
  readonly publicX: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Verifies one signed request.
 *
 * @throws Refusal `signature_invalid` or `signature_expired`.
 */
export function requireSignature(claim: SignatureClaim): SignatureParameters {
  const { profile, headers, keyid } = claim;
  const parsed = parseSignature(profile, {
    signatureInput: headers['signature-input'] ?? '',
    signature: headers['signature'] ?? '',
  });
  if (!parsed || parsed.parameters.keyid !== keyid) {
    throw new Refusal('signature_invalid', {
      detail: `The signature covers exactly (${profile.components.join(' ')}) with the parameters created, expires, nonce, keyid, alg="ed25519" and tag="${profile.tag}", by the key that the request's credential is bound to.`,
    });
  }
  const message = { method: claim.method, targetUri: claim.targetUri, headers };
  if (!verifySignature(profile, message, parsed, keyOf(claim.publicX))) {
    throw new Refusal('signature_invalid', { detail: 'The signature does not verify over what arrived.' });
  }
  const fault = signatureTimeFault(parsed.parameters, Math.floor(claim.now / 1000));
  if (fault === 'expired') {
    throw new Refusal('signature_expired', { detail: 'The signature has expired. Sign the request anew.' });
  }
  if (fault === 'invalid') {
    throw new Refusal('signature_invalid', {
      detail: 'A signature is created now, expires after it was created, and lives 60 seconds at most.',
    });
  }
  return parsed.parameters;
}
