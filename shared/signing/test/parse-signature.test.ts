import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { OPERATION_PROFILE, parseSignature, signRequest } from '../src/index.ts';
import { keyid, message, parameters, privateKey } from './support/request.ts';

const signed = signRequest(OPERATION_PROFILE, message, parameters, privateKey);
const input = signed['signature-input'];
const parse = (signatureInput: string, signature: string = signed.signature) =>
  parseSignature(OPERATION_PROFILE, { signatureInput, signature });

/** Replaces exactly one place of the input. */
function edit(from: string, to: string): string {
  expect(input.split(from)).toHaveLength(2);
  return input.replace(from, to);
}

describe('parseSignature', () => {
  test('accepts the profile and gives the text after the label', () => {
    expect(parse(input)?.input).toBe(input.slice('sig='.length));
    expect(parse(input)?.signature).toHaveLength(64);
  });

  test.each([
    ['another label', 'sig=', 'sig1='],
    ['a component left out', ' "authorization"', ''],
    ['a component added', '"@method"', '"@method" "date"'],
    ['a component twice', '"@method"', '"@method" "@method"'],
    ['components in another order', '"@method" "@target-uri"', '"@target-uri" "@method"'],
    ['a component with a parameter', '"content-type"', '"content-type";sf'],
    ['two spaces', '" "@target-uri"', '"  "@target-uri"'],
    ['a space before a parameter', ';created', '; created'],
    ['a leading zero', 'created=1', 'created=01'],
    ['a sign', 'created=1', 'created=-1'],
    ['a decimal', 'created=1790000000', 'created=1790000000.0'],
    ['more than 15 digits', 'created=1790000000', 'created=1790000000000000'],
    ['no expires', ';expires=1790000030', ''],
    ['created twice', ';expires', ';created=1;expires'],
    ['parameters in another order', 'created=1790000000;expires=1790000030', 'expires=1790000030;created=1790000000'],
    ['a short nonce', parameters.nonce, 'A'.repeat(21)],
    ['a long nonce', parameters.nonce, 'A'.repeat(65)],
    ['a nonce with padding', parameters.nonce, `${parameters.nonce}==`],
    ['an escape in a string', parameters.nonce, `\\"${parameters.nonce}`],
    ['a short keyid', keyid, keyid.slice(1)],
    ['another algorithm', 'alg="ed25519"', 'alg="hmac-sha256"'],
    ['an upper-case algorithm', 'alg="ed25519"', 'alg="Ed25519"'],
    ['no algorithm', ';alg="ed25519"', ''],
    ['another tag', 'tag="narrow-deputies"', 'tag="narrow-deputies-person"'],
    ['no tag', ';tag="narrow-deputies"', ''],
    ['one more parameter', ';alg=', ';x=1;alg='],
  ])('refuses an input with %s', (_, from, to) => {
    expect(parse(edit(from, to))).toBeUndefined();
  });

  test.each([
    ['a second signature', `${input}, other=()`],
    ['the same twice', `${input}, ${input}`],
    ['a space before', ` ${input}`],
    ['a space after', `${input} `],
    ['a newline after', `${input}\n`],
    ['nothing', ''],
    ['the label alone', 'sig='],
    ['the fixed text without parameters', input.replace(/;created.*keyid="[^"]*"/, '')],
  ])('refuses an input that is %s', (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  const base64 = signed.signature.slice('sig=:'.length, -1);
  const bytes = Buffer.from(base64, 'base64');
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const lastBits = `${base64.slice(0, 85)}${ALPHABET[ALPHABET.indexOf(base64.charAt(85)) ^ 1]}==`;

  test('the other spelling of the last bits stands for the same bytes, and is refused', () => {
    expect(Buffer.from(lastBits, 'base64').equals(bytes)).toBe(true);
    expect(parse(input, `sig=:${lastBits}:`)).toBeUndefined();
  });

  test.each([
    ['without padding', `sig=:${base64.slice(0, -2)}:`],
    ['in base64url', `sig=:${Buffer.alloc(64, 0xff).toString('base64url')}==:`],
    ['of 63 bytes', `sig=:${bytes.subarray(1).toString('base64')}:`],
    ['of 65 bytes', `sig=:${Buffer.alloc(65).toString('base64')}:`],
    ['of nothing', 'sig=::'],
    ['cut at the colon', 'sig=:'],
    ['as a string', `sig="${base64}"`],
    ['under another label', `sig1=:${base64}:`],
    ['with a parameter', `${signed.signature};a=1`],
    ['with white space inside', `sig=:${base64.slice(0, 40)} ${base64.slice(40)}:`],
    ['with a newline at the end', `${signed.signature}\n`],
    ['given twice', `${signed.signature}, ${signed.signature}`],
  ])('refuses a signature %s', (_, signature) => {
    expect(parse(input, signature)).toBeUndefined();
  });

  test('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(parse(one, other)).toBeUndefined();
        expect(parse(input, `sig=:${one}:`)).toBeUndefined();
        expect(parse(input.replace(parameters.nonce, () => one))).toBeUndefined();
      }),
    );
  });
});
