import { describe, expect, test } from '@jest/globals';
import { contentDigest, digestOfBytes, digestOfJson, sha256Hex } from '../src/index.ts';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('digests', () => {
  test('sha256Hex gives the example of FIPS 180-4, for text and for bytes', () => {
    expect(sha256Hex('abc')).toBe(ABC);
    expect(sha256Hex(new Uint8Array([0x61, 0x62, 0x63]))).toBe(ABC);
  });

  test('text is hashed as UTF-8', () => {
    expect(sha256Hex('€')).toBe(sha256Hex(new Uint8Array([0xe2, 0x82, 0xac])));
  });

  test('digestOfBytes names its algorithm', () => {
    expect(digestOfBytes(Buffer.from('abc'))).toBe(`sha-256:${ABC}`);
  });

  test('digestOfJson is over the canonical form: the order of keys does not matter', () => {
    expect(digestOfJson({ b: 1, a: '€' })).toBe(digestOfBytes(Buffer.from('{"a":"€","b":1}')));
  });

  test('digestOfJson refuses what has no canonical form', () => {
    expect(() => digestOfJson({ a: '\ud800' })).toThrow(/surrogate/);
  });

  test('contentDigest gives the examples of RFC 9530 (appendix B.1, B.2) and RFC 9421 (section 1.2)', () => {
    expect(contentDigest(Buffer.from('{"hello": "world"}\n'))).toBe(
      'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
    );
    expect(contentDigest(new Uint8Array())).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:');
    expect(contentDigest(Buffer.from('{"hello": "world"}'))).toBe(
      'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    );
  });
});
