import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
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
    expect(read?.key.asymmetricKeyType).toBe(name === 'ES256' ? 'ec' : 'ed25519');
  },
);

test('one with RS256 verifies what it signed [verify.passkey]', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const read = readCoseKey(rsaKey(publicKey));
  if (!read) throw new Error('The key is not read.');
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
