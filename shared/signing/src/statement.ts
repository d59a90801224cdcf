import type { KeyObject } from 'node:crypto';
import { decodeExactly } from './base64.ts';
import { canonicalize } from './canonical.ts';
import { SIGNATURE_BYTES, signText, verifyText } from './ed25519.ts';
import type { JsonObject } from './json.ts';

// The type ends at the first slash of the signed text, so it can hold none.
const TYPE = /^[a-z][a-z0-9_-]*$/;

/**
 * Signs an object that is stored and verified again later (an approval, an enrolment), detached from it: Ed25519 over the
 * UTF-8 of `narrow-deputies/<type>/v1`, a newline and the object's canonical form (RFC 8785). The first line keeps a
 * signature for one purpose from passing for another.
 *
 * @returns 64 bytes in base64url without padding.
 * @throws TypeError when the type is not `[a-z][a-z0-9_-]*` or the key is not an Ed25519 private key; what `canonicalize`
 *   throws for a value without a canonical form.
 */
export function signStatement(type: string, statement: JsonObject, key: KeyObject): string {
  return signText(signedText(type, statement), key).toString('base64url');
}

/** Verifies what `signStatement` made. Never throws: another type, statement, key or spelling of the signature is false. */
export function verifyStatement(type: string, statement: JsonObject, signature: string, key: KeyObject): boolean {
  try {
    const bytes = decodeExactly(signature, 'base64url', SIGNATURE_BYTES);
    return bytes !== undefined && verifyText(signedText(type, statement), bytes, key);
  } catch {
    return false;
  }
}

function signedText(type: string, statement: JsonObject): string {
  if (!TYPE.test(type)) throw new TypeError('A statement type is [a-z][a-z0-9_-]*.');
  return `narrow-deputies/${type}/v1\n${canonicalize(statement)}`;
}
