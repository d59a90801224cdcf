import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { verify } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { originOfAssertion } from '../../src/verifier/assertion.ts';
import { readCoseKey } from '../../src/verifier/cose-key.ts';
import { SoftAuthenticator } from '../support/soft-authenticator.ts';

const MESSAGE = Buffer.from('authenticator data and the digest of client data');

/** CBOR of a byte string below 64 KiB. */
const bytes = (value: Buffer): Buffer =>
  Buffer.concat([
    value.length < 24
      ? Buffer.from([0x40 | value.length])
      : Buffer.from([0x59, value.length >> 8, value.length & 0xff]),
    value,
  ]);

/** `{1: 3, 3: -257, -1: n, -2: e}`, as RFC 8812 has it. */
function rsaKey(publicKey: KeyObject): string {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from('a401030339010020', 'hex'),
    bytes(Buffer.from(n, 'base64url')),
    Buffer.from([0x21]),
    bytes(Buffer.from(e, 'base64url')),
  ]).toString('base64url');
}

test.each(['ES256', 'Ed25519'] as const)(
  'an authenticator with %s is read as it is stored [verify.passkey]',
  (name) => {
    const passkey = new SoftAuthenticator('https://console.example', name);
    const read = readCoseKey(passkey.publicKey);
    expect(read).toMatchObject({ digest: name === 'ES256' ? 'sha256' : null });
    expect(read?.key?.asymmetricKeyType).toBe(name === 'ES256' ? 'ec' : 'ed25519');
  },
);

test('one with RS256 verifies what it signed [verify.passkey]', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const read = readCoseKey(rsaKey(publicKey));
  if (!read?.key) throw new Error('The key is not read.');
  const signature = sign('sha256', MESSAGE, privateKey);
  expect(verify(read.digest, MESSAGE, read.key, signature)).toBe(true);
  expect(verify(read.digest, Buffer.concat([MESSAGE, MESSAGE]), read.key, signature)).toBe(false);
});

test('everything else is no key [verify.passkey]', () => {
  const { publicKey } = new SoftAuthenticator('https://console.example');
  const raw = Buffer.from(publicKey, 'base64url');
  const other = (change: (copy: Buffer) => Buffer): string => change(Buffer.from(raw)).toString('base64url');
  const cases = {
    nothing: '',
    'not base64url': 'a=b',
    'cut off': other((copy) => copy.subarray(0, -1)),
    'something behind it': other((copy) => Buffer.concat([copy, Buffer.from([0])])),
    'not a map': Buffer.from([0x01]).toString('base64url'),
    'a label twice': Buffer.from('a201020102', 'hex').toString('base64url'),
    'another curve': other((copy) => {
      copy[copy.indexOf(Buffer.from('2001', 'hex')) + 1] = 2;
      return copy;
    }),
    'another algorithm': other((copy) => {
      copy[copy.indexOf(Buffer.from('0326', 'hex')) + 1] = 0x27;
      return copy;
    }),
    'a point off the curve': other((copy) => {
      copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
      return copy;
    }),
    'an endless length': Buffer.from('a1015b', 'hex').toString('base64url'),
  };
  for (const [name, text] of Object.entries(cases)) expect([name, readCoseKey(text)]).toEqual([name, undefined]);
});

describe('a passkey of ML-DSA-44, which is not enrolled any more', () => {
  const passkey = new SoftAuthenticator('https://console.example', 'ML-DSA-44');
  const { response } = passkey.get('challenge');
  const { clientDataJSON, authenticatorData, signature } = response;
  const given = { credentialId: passkey.id, clientDataJSON, authenticatorData, signature };
  const key = { keyid: passkey.id, publicKey: passkey.publicKey };

  test('verifies where this Node knows the algorithm [verify.passkey]', () => {
    expect(readCoseKey(passkey.publicKey)?.key?.asymmetricKeyType).toBe('ml-dsa-44');
    expect(originOfAssertion(given, 'challenge', key)).toBe('https://console.example');
    const other = new SoftAuthenticator('https://console.example', 'ML-DSA-44');
    expect(originOfAssertion(given, 'challenge', { ...key, publicKey: other.publicKey })).toBeUndefined();
  });

  test('is unverifiable, and not forged, where it does not [evidence.unverifiable]', async () => {
    jest.resetModules();
    const crypto = { ...(await import('node:crypto')) };
    const createPublicKey = (input: Parameters<typeof crypto.createPublicKey>[0]) => {
      if (JSON.stringify(input).includes('"AKP"')) throw new TypeError('Unsupported JWK Key Type.');
      return crypto.createPublicKey(input);
    };
    jest.unstable_mockModule('node:crypto', () => ({ ...crypto, createPublicKey }));
    try {
      const old = await import('../../src/verifier/assertion.ts');
      const judge = await import('../../src/verifier/signed-act.ts');
      expect(() => old.originOfAssertion(given, 'challenge', key)).toThrow(
        expect.objectContaining({ code: 'signature_unverifiable' }),
      );
      expect(judge.judgeEvidence({ ...given, act: '{}' }, { ...key, kind: 'passkey' })).toBeUndefined();
    } finally {
      jest.unstable_unmockModule('node:crypto');
      jest.resetModules();
    }
  });
});
