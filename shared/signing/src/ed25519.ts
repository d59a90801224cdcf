import { sign, verify, type KeyObject } from 'node:crypto';

/** Bytes of a signature (RFC 8032 section 5.1.6). */
export const SIGNATURE_BYTES = 64;

/**
 * Signs the UTF-8 of a text with Ed25519 (RFC 8032 section 5.1.6).
 *
 * @throws TypeError when the key is not an Ed25519 private key.
 */
export function signText(text: string, key: KeyObject): Buffer {
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('Signing needs an Ed25519 private key.');
  }
  return sign(null, Buffer.from(text, 'utf8'), key);
}

/** Verifies an Ed25519 signature over the UTF-8 of a text (RFC 8032 section 5.1.7). Never throws: any doubt is false. */
export function verifyText(text: string, signature: Uint8Array, key: KeyObject): boolean {
  try {
    // With a key of another type `verify(null, …)` would choose that type's default digest instead of failing.
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text, 'utf8'), key, signature);
  } catch {
    return false;
  }
}
