import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import * as z from 'zod';
import { originOfAssertion } from '../../verifier/assertion.ts';
import { base64url } from '../../verifier/encoded-bytes.ts';
import { judgeEvidence } from '../../verifier/signed-act.ts';
import { parseAct, type Act } from './act.ts';

/** A person's assertion over one act, kept whole: enough to verify it again, anywhere. All but `act` base64url. */
export interface PasskeyEvidence {
  /** Canonical text of the act. */
  readonly act: string;
  readonly credentialId: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
}

/** What `PublicKeyCredential.toJSON()` gives for an assertion, as far as it is used. */
export const assertionResponse = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});
export type AssertionResponse = z.infer<typeof assertionResponse>;

export interface VerifyingKey {
  /** COSE key, base64url. */
  readonly publicKey: string;
  /** The highest counter seen; an assertion that does not go beyond it comes from a copy. */
  readonly counter: number;
}

/**
 * Verifies an assertion (WebAuthn Level 3, section 7.2): challenge, origin, relying party, user presence and user
 * verification, signature, counter. The judgement of whoever verifies the log comes first: nobody signs in with what they
 * could not act with.
 *
 * @param origin where it has to come from; the relying party is its host.
 * @returns the new counter, or undefined when anything does not hold.
 */
export async function verifyAssertion(
  response: AssertionResponse,
  challenge: string,
  origin: string,
  key: VerifyingKey,
): Promise<number | undefined> {
  const { id: credentialId } = response;
  const { clientDataJSON, authenticatorData, signature } = response.response;
  try {
    const given = { credentialId, clientDataJSON, authenticatorData, signature };
    const judged = originOfAssertion(given, challenge, { keyid: credentialId, publicKey: key.publicKey });
    if (judged !== origin) return undefined;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: response.id,
        rawId: response.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
      credential: {
        id: response.id,
        publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')),
        counter: key.counter,
      },
    });
    return verified && authenticationInfo.userVerified ? authenticationInfo.newCounter : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Verifies a stored act again from nothing but its evidence and the person's public key. Its origin is any of the
 * relying party: ports change, hosts do not.
 *
 * @returns what the person signed, or undefined when anything does not hold.
 */
export function verifyPasskeyEvidence(
  evidence: PasskeyEvidence,
  publicKey: string,
  relyingParty: string,
): Act | undefined {
  const key = { keyid: evidence.credentialId, kind: 'passkey', publicKey } as const;
  const { origin } = judgeEvidence(evidence, key) ?? {};
  const isHere = origin !== undefined && new URL(origin).hostname === relyingParty;
  return isHere ? parseAct(evidence.act) : undefined;
}
