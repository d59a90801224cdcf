import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { privateKeyFromSeed, publicJwk, publicKeyFromX } from '../src/index.ts';
import { signText, verifyText } from '../src/ed25519.ts';

/** RFC 8032 section 7.1, tests 1 and 2, whose messages are text: seed, public key, message, signature. */
const VECTORS: readonly (readonly [seed: string, point: string, message: string, signature: string])[] = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    'r',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
];
/** The order of the group (RFC 8032 section 5.1). */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const x = (point: string): string => Buffer.from(point, 'hex').toString('base64url');
const key = privateKeyFromSeed(new Uint8Array(32).fill(1));
const { x: keyX } = publicJwk(key);

describe('Ed25519', () => {
  test.each(VECTORS)(
    'seed %s gives the public key and the signature of RFC 8032',
    (seed, point, message, signature) => {
      const secret = privateKeyFromSeed(Buffer.from(seed, 'hex'));
      expect(publicJwk(secret).x).toBe(x(point));
      expect(signText(message, secret).toString('hex')).toBe(signature);
      expect(verifyText(message, Buffer.from(signature, 'hex'), publicKeyFromX(x(point)))).toBe(true);
      expect(verifyText(`${message}.`, Buffer.from(signature, 'hex'), publicKeyFromX(x(point)))).toBe(false);
    },
  );

  test('a signature with another spelling of its scalar does not verify', () => {
    const signature = signText('text', key);
    const bytes = Buffer.from(signature);
    const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32).toReversed()).toString('hex')}`) + ORDER;
    bytes.set(Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').toReversed(), 32);
    expect(verifyText('text', signature, publicKeyFromX(keyX))).toBe(true);
    expect(verifyText('text', bytes, publicKeyFromX(keyX))).toBe(false);
  });

  test('verification is false, never an error, for a key of another type or a signature of another length', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ed448 = generateKeyPairSync('ed448');
    expect(verifyText('text', new Uint8Array(64), rsa.publicKey)).toBe(false);
    expect(verifyText('text', new Uint8Array(64), ed448.publicKey)).toBe(false);
    expect(verifyText('text', signText('text', key).subarray(1), publicKeyFromX(keyX))).toBe(false);
    expect(verifyText('text', new Uint8Array(), publicKeyFromX(keyX))).toBe(false);
  });

  test('a valid signature of another algorithm with as many bytes is none', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 512 });
    const signature = sign(null, Buffer.from('text'), rsa.privateKey);
    expect(signature).toHaveLength(64);
    expect(verify(null, Buffer.from('text'), rsa.publicKey, signature)).toBe(true);
    expect(verifyText('text', signature, rsa.publicKey)).toBe(false);
  });

  test('signing needs an Ed25519 private key', () => {
    expect(() => signText('text', publicKeyFromX(keyX))).toThrow(TypeError);
    expect(() => signText('text', generateKeyPairSync('ed448').privateKey)).toThrow(TypeError);
  });
});
