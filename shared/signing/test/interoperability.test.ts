import { sign, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as independent from 'http-message-sig';
import {
  OPERATION_PROFILE,
  parseSignature,
  PERSON_PROFILE,
  signRequest,
  verifySignature,
  type Profile,
} from '../src/index.ts';
import { present } from './support/present.ts';
import { message, otherPublicKey, parameters, privateKey, publicKey } from './support/request.ts';

const PROFILES: readonly (readonly [string, Profile])[] = [
  ['operation', OPERATION_PROFILE],
  ['person', PERSON_PROFILE],
];
const fields = Object.entries(message.headers).map(([name, value]) => ({ name, value }));
const request = { kind: 'request', method: message.method, targetUri: message.targetUri, fields } as const;

/** Verifies with the other implementation of RFC 9421; it throws what it refuses. */
function verifyElsewhere(
  profile: Profile,
  headers: { 'signature-input': string; signature: string },
  key: typeof publicKey,
) {
  const added = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return independent.verifySignature(
    { ...request, fields: [...fields, ...added] },
    {
      label: 'sig',
      policy: {
        algorithms: ['ed25519'],
        requiredComponents: profile.components,
        requiredParameters: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'],
        now: parameters.created,
      },
      resolveVerifier: () => ({
        algorithm: 'ed25519',
        verify: (data, signature) => verify(null, data, key, signature),
      }),
    },
  );
}

describe.each(PROFILES)('the %s profile and an independent implementation of RFC 9421 [wire.interop]', (_, profile) => {
  test('what is signed here verifies there, with the same parameters', async () => {
    const headers = signRequest(profile, message, parameters, privateKey);
    const verified = await verifyElsewhere(profile, headers, publicKey);
    expect(verified.components.map(({ name }) => name)).toStrictEqual(profile.components);
    expect(verified.parameters).toEqual({ ...parameters, alg: 'ed25519', tag: profile.tag });
    await expect(verifyElsewhere(profile, headers, otherPublicKey)).rejects.toThrow();
  });

  test('what is signed there is read and verifies here', () => {
    const { created, expires, nonce, keyid } = parameters;
    const made = independent.createSignatureSync(request, {
      label: 'sig',
      components: profile.components,
      parameters: { created, expires, nonce, keyid, alg: 'ed25519', tag: profile.tag },
      signer: { algorithm: 'ed25519', sign: (data) => sign(null, data, privateKey) },
    });
    const parsed = present(parseSignature(profile, made));
    expect(parsed.parameters).toStrictEqual(parameters);
    expect(verifySignature(profile, message, parsed, publicKey)).toBe(true);
    expect(verifySignature(profile, message, parsed, otherPublicKey)).toBe(false);
  });

  test('both give the same headers, byte for byte', () => {
    const { created, expires, nonce, keyid } = parameters;
    const made = independent.createSignatureSync(request, {
      label: 'sig',
      components: profile.components,
      parameters: { created, expires, nonce, keyid, alg: 'ed25519', tag: profile.tag },
      signer: { algorithm: 'ed25519', sign: (data) => sign(null, data, privateKey) },
    });
    const here = signRequest(profile, message, parameters, privateKey);
    expect(made).toEqual({ signatureInput: here['signature-input'], signature: here.signature });
  });
});
