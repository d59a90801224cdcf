import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  generateSeed,
  keyThumbprint,
  privateKeyFromSeed,
  publicJwk,
  publicKeyFromX,
  type PublicJwk,
} from '../src/index.ts';

const RFC_8037: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const x = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');

describe('keys', () => {
  test('the thumbprint is that of RFC 8037 appendix A.3', () => {
    expect(keyThumbprint(RFC_8037)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  test('the thumbprint looks at the required members alone', () => {
    const more = { ...RFC_8037, kid: 'other', use: 'sig' };
    expect(keyThumbprint(more)).toBe(keyThumbprint(RFC_8037));
  });

  test('a seed has 32 bytes and no two are alike', () => {
    const seeds = Array.from({ length: 20 }, () => generateSeed());
    expect(seeds.every((seed) => seed.length === 32)).toBe(true);
    expect(new Set(seeds.map((seed) => Buffer.from(seed).toString('hex'))).size).toBe(20);
  });

  test('making a key leaves the seed as it was', () => {
    const seed = new Uint8Array(32).fill(9);
    privateKeyFromSeed(seed);
    expect(seed).toStrictEqual(new Uint8Array(32).fill(9));
  });

  test.each([0, 31, 33, 64])('a seed of %d bytes is refused', (length) => {
    expect(() => privateKeyFromSeed(new Uint8Array(length))).toThrow(TypeError);
  });

  test('private key, public key and x tell of the same JWK, which holds no secret', () => {
    const key = privateKeyFromSeed(generateSeed());
    const jwk = publicJwk(key);
    expect(Object.keys(jwk).toSorted()).toStrictEqual(['crv', 'kty', 'x']);
    expect(publicJwk(publicKeyFromX(jwk.x))).toStrictEqual(jwk);
  });

  test('a key of another type has no Ed25519 JWK', () => {
    expect(() => publicJwk(generateKeyPairSync('x25519').publicKey)).toThrow(TypeError);
    expect(() => publicJwk(createSecretKey(new Uint8Array(32)))).toThrow(TypeError);
  });

  test.each([
    ['empty', ''],
    ['31 bytes', x('11'.repeat(31))],
    ['33 bytes', x('11'.repeat(33))],
    ['padding', `${RFC_8037.x}=`],
    ['standard base64', RFC_8037.x.replace('_', '/')],
    ['another spelling of the last bits', `${RFC_8037.x.slice(0, -1)}p`],
    ['white space', ` ${RFC_8037.x}`],
    ['zero', x('00'.repeat(32))],
    ['the identity', x(`01${'00'.repeat(31)}`)],
    ['the identity with the sign bit', x(`01${'00'.repeat(30)}80`)],
    ['order 2', x(`ec${'ff'.repeat(30)}7f`)],
    ['order 8', x('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05')],
    ['order 8, negative', x('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85')],
    ['order 8, other y', x('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')],
    ['zero, spelled as the prime', x(`ed${'ff'.repeat(30)}7f`)],
    ['one, spelled as the prime plus one', x(`ee${'ff'.repeat(30)}ff`)],
  ])('x is refused: %s', (_, value) => {
    expect(() => publicKeyFromX(value)).toThrow(TypeError);
  });
});
