import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  OPERATION_PROFILE,
  parseSignature,
  PERSON_PROFILE,
  signRequest,
  verifySignature,
  type Profile,
} from '../src/index.ts';
import { signText } from '../src/ed25519.ts';
import { signatureBase } from '../src/signature-base.ts';
import { present } from './support/present.ts';
import { keyid, message, otherPublicKey, parameters, privateKey, publicKey } from './support/request.ts';

const PROFILES: readonly (readonly [string, Profile])[] = [
  ['operation', OPERATION_PROFILE],
  ['person', PERSON_PROFILE],
];
const signed = signRequest(OPERATION_PROFILE, message, parameters, privateKey);
const read = (fields: { 'signature-input': string; signature: string }, profile = OPERATION_PROFILE) =>
  parseSignature(profile, { signatureInput: fields['signature-input'], signature: fields.signature });
const parsed = present(read(signed));

describe('request signature', () => {
  test('the header is the one line that the wire prescribes', () => {
    expect(signed['signature-input']).toBe(
      'sig=("@method" "@target-uri" "content-type" "content-digest" "authorization" "idempotency-key" "traceparent")' +
        `;created=1790000000;expires=1790000030;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="${keyid}";alg="ed25519";tag="narrow-deputies"`,
    );
    expect(signed.signature).toMatch(/^sig=:[A-Za-z0-9+/]{86}==:$/);
  });

  test('a person signs the same without authorization, under another tag', () => {
    expect(signRequest(PERSON_PROFILE, message, parameters, privateKey)['signature-input']).toBe(
      'sig=("@method" "@target-uri" "content-type" "content-digest" "idempotency-key" "traceparent")' +
        `;created=1790000000;expires=1790000030;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="${keyid}";alg="ed25519";tag="narrow-deputies-person"`,
    );
  });

  test.each(PROFILES)('in the %s profile what is signed is read back and verifies', (_, profile) => {
    const fields = signRequest(profile, message, parameters, privateKey);
    const result = present(read(fields, profile));
    expect(result.parameters).toStrictEqual(parameters);
    expect(verifySignature(profile, message, result, publicKey)).toBe(true);
    expect(verifySignature(profile, message, result, otherPublicKey)).toBe(false);
  });

  test('a signature of one profile is none of the other, even with the same components', () => {
    expect(read(signed, PERSON_PROFILE)).toBeUndefined();
    expect(verifySignature(PERSON_PROFILE, message, parsed, publicKey)).toBe(false);
    expect(verifySignature({ ...OPERATION_PROFILE, tag: 'other' }, message, parsed, publicKey)).toBe(false);
  });

  test.each(OPERATION_PROFILE.components)(
    '%s is covered: another value does not verify, though it would without cover',
    (name) => {
      const altered = {
        method: name === '@method' ? 'GET' : message.method,
        targetUri: name === '@target-uri' ? `${message.targetUri}s` : message.targetUri,
        headers: name.startsWith('@') ? message.headers : { ...message.headers, [name]: `${message.headers[name]}x` },
      };
      const without: Profile = {
        ...OPERATION_PROFILE,
        components: OPERATION_PROFILE.components.filter((n) => n !== name),
      };
      const weaker = present(read(signRequest(without, message, parameters, privateKey), without));
      expect(verifySignature(without, altered, weaker, publicKey)).toBe(true);
      expect(verifySignature(OPERATION_PROFILE, altered, parsed, publicKey)).toBe(false);
    },
  );

  test.each(OPERATION_PROFILE.components.filter((name) => !name.startsWith('@')))(
    'a message without %s is not signed',
    (name) => {
      const headers = Object.fromEntries(Object.entries(message.headers).filter(([key]) => key !== name));
      expect(() => signRequest(OPERATION_PROFILE, { ...message, headers }, parameters, privateKey)).toThrow(TypeError);
      expect(verifySignature(OPERATION_PROFILE, { ...message, headers }, parsed, publicKey)).toBe(false);
    },
  );

  test('white space around a header changes nothing, a newline makes it unsignable', () => {
    const padded = {
      ...message,
      headers: { ...message.headers, traceparent: `\t ${message.headers['traceparent']} ` },
    };
    const broken = { ...message, headers: { ...message.headers, traceparent: `${message.headers['traceparent']}\n` } };
    expect(verifySignature(OPERATION_PROFILE, padded, parsed, publicKey)).toBe(true);
    expect(verifySignature(OPERATION_PROFILE, broken, parsed, publicKey)).toBe(false);
    expect(() => signRequest(OPERATION_PROFILE, broken, parameters, privateKey)).toThrow(TypeError);
  });

  test('a header that is inherited is not there', () => {
    const headers: Record<string, string> = Object.create(message.headers);
    expect(headers['traceparent']).toBe(message.headers['traceparent']);
    expect(verifySignature(OPERATION_PROFILE, { ...message, headers }, parsed, publicKey)).toBe(false);
  });

  test('another input with its own valid signature is refused by verification as well as by reading', () => {
    const input = `("@method");created=1;expires=2;nonce="${parameters.nonce}";keyid="${keyid}";alg="ed25519";tag="narrow-deputies"`;
    const components = OPERATION_PROFILE.components.map(
      (name) => [name, name === '@method' ? message.method : (message.headers[name] ?? message.targetUri)] as const,
    );
    const base = present(signatureBase(components, input));
    const forged = { input, signature: signText(base, privateKey) };
    expect(verifySignature(OPERATION_PROFILE, message, forged, publicKey)).toBe(false);
  });

  test('verification is false, never an error, for keys and signatures of another kind', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(verifySignature(OPERATION_PROFILE, message, parsed, ec.publicKey)).toBe(false);
    for (const length of [0, 63, 65]) {
      const short = { input: parsed.input, signature: new Uint8Array(length) };
      expect(verifySignature(OPERATION_PROFILE, message, short, publicKey)).toBe(false);
    }
    expect(() => signRequest(OPERATION_PROFILE, message, parameters, publicKey)).toThrow(TypeError);
  });
});
