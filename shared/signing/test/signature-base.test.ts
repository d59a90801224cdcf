import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { privateKeyFromSeed, publicJwk, publicKeyFromX } from '../src/index.ts';
import { signText, verifyText } from '../src/ed25519.ts';
import { signatureBase, type Component } from '../src/signature-base.ts';

/** RFC 9421 appendix B.1.4 and B.2.6. */
const SEED = 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU';
const X = 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs';
const PARAMS =
  '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
const SIGNATURE = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
const COMPONENTS: readonly Component[] = [
  ['date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
  ['@method', 'POST'],
  ['@path', '/foo'],
  ['@authority', 'example.com'],
  ['content-type', 'application/json'],
  ['content-length', '18'],
];
const BASE = `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ${PARAMS}`;

describe('signature base', () => {
  test('is that of RFC 9421 appendix B.2.6, byte for byte, without a newline at the end', () => {
    expect(signatureBase(COMPONENTS, PARAMS)).toBe(BASE);
  });

  test('with the key of appendix B.1.4 gives the signature of appendix B.2.6', () => {
    const key = privateKeyFromSeed(Buffer.from(SEED, 'base64url'));
    expect(publicJwk(key).x).toBe(X);
    expect(signText(BASE, key).toString('base64')).toBe(SIGNATURE);
    expect(verifyText(BASE, Buffer.from(SIGNATURE, 'base64'), publicKeyFromX(X))).toBe(true);
    expect(verifyText(`${BASE}\n`, Buffer.from(SIGNATURE, 'base64'), publicKeyFromX(X))).toBe(false);
  });

  test('drops spaces and tabs around a field value and keeps those inside (RFC 9421 section 2.1)', () => {
    expect(signatureBase([['x', ' \t a \t b\t ']], '()')).toBe('"x": a \t b\n"@signature-params": ()');
    expect(signatureBase([['x', ' \t ']], '()')).toBe('"x": \n"@signature-params": ()');
    expect(signatureBase([['x', '']], '()')).toBe('"x": \n"@signature-params": ()');
  });

  test.each(['a\nb', 'a\r\n b', '\n', 'a\n', 'a\0', 'a\u007f', 'é', '\u2028', '\u00a0a', '\ud83d\ude00'])(
    'refuses the field value %j',
    (value) => {
      expect(signatureBase([['x', value]], '()')).toBeUndefined();
    },
  );

  test.each(['', ' POST', 'POST ', 'PO ST', 'POST\n"x": y', 'É'])('refuses the derived value %j', (value) => {
    expect(signatureBase([['@method', value]], '()')).toBeUndefined();
  });

  test('no value can forge a line: there are as many lines as components, and one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const base = signatureBase([['x', value]], '()');
        expect(base === undefined || base.split('\n').length === 2).toBe(true);
      }),
    );
  });
});
