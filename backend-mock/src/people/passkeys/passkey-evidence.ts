import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import * as z from 'zod';
import { challengeOf, parseAct, type Act } from './act.ts';

/** A person's assertion over one act, kept whole: enough to verify it again, anywhere. All but `act` base64url. */
export interface PasskeyEvidence {
  /** Canonical text of the act. */
  readonly act: string;
  readonly credentialId: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
}

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

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
 * verification, signature, counter.
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
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: response.id,
        rawId: response.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.response.clientDataJSON,
          authenticatorData: response.response.authenticatorData,
          signature: response.response.signature,
        },
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
export async function verifyPasskeyEvidence(
  evidence: PasskeyEvidence,
  publicKey: string,
  relyingParty: string,
): Promise<Act | undefined> {
  const act = parseAct(evidence.act);
  const origin = originIn(evidence.clientDataJSON);
  if (!act || origin === undefined || new URL(origin).hostname !== relyingParty) return undefined;
  const { credentialId: id, clientDataJSON, authenticatorData, signature } = evidence;
  const response = {
    id,
    rawId: id,
    type: 'public-key',
    response: { clientDataJSON, authenticatorData, signature },
  } as const;
  const counter = await verifyAssertion(response, challengeOf(evidence.act), origin, { publicKey, counter: 0 });
  return counter === undefined ? undefined : act;
}

function originIn(clientDataJSON: string): string | undefined {
  try {
    const { origin } = z
      .object({ origin: z.url() })
      .parse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()));
    return origin;
  } catch {
    return undefined;
  }
}
