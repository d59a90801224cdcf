import { verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { signStatement, verifyStatement, type JsonObject } from '../src/index.ts';
import { alter, otherPublicKey, privateKey, publicKey } from './support/request.ts';

const statement: JsonObject = { planId: 'a', decision: 'approve', planDigest: 'sha-256:00' };
const signature = signStatement('approval', statement, privateKey);

describe('statement', () => {
  test('is signed over its type, version and canonical form', () => {
    const text = 'narrow-deputies/approval/v1\n{"decision":"approve","planDigest":"sha-256:00","planId":"a"}';
    expect(verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(signature).toMatch(/^[\w-]{86}$/);
  });

  test('verifies again, whatever the order of its keys', () => {
    const { planId, ...rest } = statement;
    expect(verifyStatement('approval', statement, signature, publicKey)).toBe(true);
    expect(verifyStatement('approval', { ...rest, planId: planId ?? null }, signature, publicKey)).toBe(true);
  });

  test('does not verify under another type, key or content', () => {
    expect(verifyStatement('enrolment', statement, signature, publicKey)).toBe(false);
    expect(verifyStatement('approval', statement, signature, otherPublicKey)).toBe(false);
    expect(verifyStatement('approval', { ...statement, decision: 'reject' }, signature, publicKey)).toBe(false);
    expect(verifyStatement('approval', { ...statement, more: null }, signature, publicKey)).toBe(false);
    expect(verifyStatement('approval', {}, signature, publicKey)).toBe(false);
  });

  test.each(['', 'a/b', 'a\n', 'Approval', '1', '../x'])('has no type %j', (type) => {
    expect(() => signStatement(type, statement, privateKey)).toThrow(TypeError);
    expect(verifyStatement(type, statement, signature, publicKey)).toBe(false);
  });

  test('any single altered character of the signature makes it false', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (at, by) => {
        expect(verifyStatement('approval', statement, alter(signature, at, by), publicKey)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('verification never throws, whatever is stored in place of a signature or a statement', () => {
    expect(verifyStatement('approval', { a: '\ud800' }, signature, publicKey)).toBe(false);
    expect(verifyStatement('approval', { a: Number.NaN }, signature, publicKey)).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(verifyStatement('approval', statement, text, publicKey)).toBe(false);
      }),
    );
  });
});
