import { describe, expect, test } from '@jest/globals';
import { compactVerify, jwtVerify } from 'jose';
import { signClientAssertion } from '../src/index.ts';
import { keyid, otherPublicKey, privateKey, publicKey } from './support/request.ts';

const claims = {
  clientId: 'ticket-handler',
  audience: 'http://127.0.0.1:4180/development',
  jti: 'once-only',
  now: 1_790_000_000,
};
const assertion = signClientAssertion(claims, keyid, privateKey);

describe('client assertion', () => {
  test('verifies with an independent library, with exactly the claims of the wire', async () => {
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, {
      algorithms: ['EdDSA'],
      issuer: claims.clientId,
      subject: claims.clientId,
      audience: claims.audience,
      currentDate: new Date(claims.now * 1000),
    });
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: keyid });
    expect(payload).toEqual({
      iss: 'ticket-handler',
      sub: 'ticket-handler',
      aud: 'http://127.0.0.1:4180/development',
      jti: 'once-only',
      iat: 1_790_000_000,
      exp: 1_790_000_055,
    });
  });

  test('does not verify with another key, nor with altered claims', async () => {
    await expect(compactVerify(assertion, otherPublicKey)).rejects.toThrow(/verification failed/);
    const [header, , signature] = assertion.split('.');
    const payload = Buffer.from('{"iss":"crm-reader"}').toString('base64url');
    await expect(compactVerify(`${header}.${payload}.${signature}`, publicKey)).rejects.toThrow(/verification failed/);
  });

  test('is three parts of base64url without padding', () => {
    expect(assertion).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}$/);
  });

  test.each([Number.NaN, 1.5, Infinity])('is not made at the time %d', (now) => {
    expect(() => signClientAssertion({ ...claims, now }, keyid, privateKey)).toThrow(TypeError);
  });

  test('is not made with a public key', () => {
    expect(() => signClientAssertion(claims, keyid, publicKey)).toThrow(TypeError);
  });
});
