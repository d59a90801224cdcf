import { hash, verify } from 'node:crypto';
import * as z from 'zod';
import { base64url } from './encoded-bytes.ts';
import { readClientData } from './client-data.ts';
import { readCoseKey, type AssertionKey } from './cose-key.ts';
import { ensure } from './fault.ts';

/** What an authenticator and its browser answer to a challenge. */
export const assertion = z.strictObject({
  credentialId: base64url,
  clientDataJSON: base64url,
  authenticatorData: base64url,
  signature: base64url,
});
export type Assertion = z.infer<typeof assertion>;

/** Of the authenticator data (WebAuthn Level 3, section 6.1). */
const RP_ID_HASH_BYTES = 32;
const HEAD_BYTES = RP_ID_HASH_BYTES + 1 + 4;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

const sha256 = (data: string | Uint8Array): Buffer => hash('sha256', data, 'buffer');

/**
 * Verifies an assertion as far as it can be done again later (WebAuthn Level 3, section 7.2): all but the counter, and which of
 * the relying party's origins it came from.
 *
 * @param challenge base64url.
 * @param key id and COSE key of the passkey, base64url.
 * @returns the origin that it came from, or undefined when anything does not hold.
 * @throws Fault `signature_unverifiable` where the running Node does not know the key's algorithm.
 */
export function originOfAssertion(
  given: Assertion,
  challenge: string,
  { keyid, publicKey }: { readonly keyid: string; readonly publicKey: string },
): string | undefined {
  const client = Buffer.from(given.clientDataJSON, 'base64url');
  const said = readClientData(client, 'webauthn.get');
  const authenticator = Buffer.from(given.authenticatorData, 'base64url');
  const asserted = readCoseKey(publicKey);
  if (!said || !asserted || authenticator.length < HEAD_BYTES) return undefined;
  const flags = authenticator.readUInt8(RP_ID_HASH_BYTES);
  const relyingParty = sha256(new URL(said.origin).hostname);
  const holds =
    given.credentialId === keyid &&
    said.challenge === challenge &&
    relyingParty.equals(authenticator.subarray(0, RP_ID_HASH_BYTES)) &&
    (flags & USER_PRESENT) !== 0 &&
    (flags & USER_VERIFIED) !== 0 &&
    verifyBytes(asserted, Buffer.concat([authenticator, sha256(client)]), given.signature);
  return holds ? said.origin : undefined;
}

function verifyBytes({ key, digest }: AssertionKey, signed: Buffer, signature: string): boolean {
  ensure(key !== null, 'signature_unverifiable', UNKNOWN);
  try {
    return verify(digest, signed, key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

const UNKNOWN =
  'It is signed with ML-DSA-44, which this Node cannot check. It may well hold: verify with Node 24.7 or newer.';
