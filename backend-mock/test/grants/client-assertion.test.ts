import { sign, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  generateSeed,
  keyThumbprint,
  privateKeyFromSeed,
  publicJwk,
  signClientAssertion,
} from '@narrow-deputies/signing';
import { verifyAssertion, type Assertion } from '../../src/grants/client-assertion.ts';
import { GrantError } from '../../src/grants/grant-error.ts';
import { makeToken, NOON } from '../support/rows.ts';

const ISSUER = 'http://127.0.0.1:4180/development';
const NOW = NOON / 1000;
const CLIENT = 'blog-publisher';
const KEY = privateKeyFromSeed(generateSeed());
const JWK = publicJwk(KEY);
const TOKEN = makeToken({ keyid: keyThumbprint(JWK), publicX: JWK.x, clientId: CLIENT });
const CLAIMS = { clientId: CLIENT, audience: ISSUER, jti: 'once', now: NOW };

const verify = (assertion: string, now = NOON): Promise<Assertion> =>
  verifyAssertion(assertion, ISSUER, now, async (keyid) => (keyid === TOKEN.keyid ? TOKEN : undefined));
const codeOf = async (assertion: string, now = NOON): Promise<string> => {
  const error = await verify(assertion, now).then(
    () => 'accepted',
    (reason: unknown) => reason,
  );
  if (error instanceof GrantError) return `${error.error} ${error.code}`;
  return String(error);
};

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** An assertion whose every part is of the caller's choice, correctly signed. */
function compose(claims: JsonObject = {}, header: JsonObject = {}, key: KeyObject = KEY): string {
  const head = { alg: 'EdDSA', kid: TOKEN.keyid, ...header };
  const body = { iss: CLIENT, sub: CLIENT, aud: ISSUER, jti: 'once', iat: NOW, exp: NOW + 55, ...claims };
  const dropped = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const signed = `${encode(head)}.${encode(dropped)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}
const UNAUTHENTICATED = 'invalid_client unauthenticated';
const WRONG_ENVIRONMENT = 'invalid_client wrong_environment';
const EXPIRED = 'invalid_client signature_expired';

describe('verifyAssertion [grant.assertion, grant.environment]', () => {
  test('accepts what signClientAssertion signs, and says whose it is', async () => {
    const assertion = signClientAssertion(CLAIMS, TOKEN.keyid, KEY);
    expect(await verify(assertion)).toEqual({ token: TOKEN, jti: 'once', exp: NOW + 55, host: null });
    expect(await codeOf(compose())).toBe('accepted');
  });

  test.each([
    ['another issuer than the client', { iss: 'crm-reader' }, UNAUTHENTICATED],
    ['another subject than the client', { sub: 'crm-reader' }, UNAUTHENTICATED],
    ['a client that only begins alike', { iss: `${CLIENT}-2`, sub: `${CLIENT}-2` }, UNAUTHENTICATED],
    ['no issuer', { iss: null }, UNAUTHENTICATED],
    ['no subject', { sub: null }, UNAUTHENTICATED],
    ['the audience of another environment', { aud: ISSUER.replace('development', 'production') }, WRONG_ENVIRONMENT],
    ['the token endpoint as audience', { aud: 'http://127.0.0.1:4180/oauth/token' }, WRONG_ENVIRONMENT],
    ['an audience with a slash too many', { aud: `${ISSUER}/` }, WRONG_ENVIRONMENT],
    ['several audiences', { aud: [ISSUER, 'https://elsewhere.test'] }, WRONG_ENVIRONMENT],
    ['a list of one audience', { aud: [ISSUER] }, WRONG_ENVIRONMENT],
    ['no audience', { aud: null }, WRONG_ENVIRONMENT],
    ['no jti', { jti: null }, UNAUTHENTICATED],
    ['an empty jti', { jti: '' }, UNAUTHENTICATED],
    ['a jti that is no text', { jti: 7 }, UNAUTHENTICATED],
    ['a jti too long to keep', { jti: 'j'.repeat(129) }, UNAUTHENTICATED],
    ['no expiry', { exp: null }, UNAUTHENTICATED],
    ['an expiry that is no number', { exp: `${NOW + 30}` }, UNAUTHENTICATED],
    ['an expiry that is no whole number', { exp: NOW + 0.5 }, UNAUTHENTICATED],
    ['an expiry further away than a minute and two clocks', { exp: NOW + 66 }, UNAUTHENTICATED],
    ['an expiry in the past', { exp: NOW - 6 }, EXPIRED],
    ['a time of issue in the future', { iat: NOW + 6 }, UNAUTHENTICATED],
    ['a time of issue that is no number', { iat: 'now' }, UNAUTHENTICATED],
    ['a beginning in the future', { nbf: NOW + 6 }, UNAUTHENTICATED],
  ] as const)('refuses an assertion with %s', async (_what, claims, code) => {
    expect(await codeOf(compose(claims as JsonObject))).toBe(code);
  });

  test.each([
    ['an expiry at the edge of two clocks', { exp: NOW - 5 }],
    ['a time of issue at the edge of two clocks', { iat: NOW + 5 }],
    ['no time of issue', { iat: null }],
    ['a jti of 128 characters', { jti: 'j'.repeat(128) }],
  ] as const)('accepts an assertion with %s', async (_what, claims) => {
    expect(await codeOf(compose(claims))).toBe('accepted');
  });

  test.each([
    ['alg none', { alg: 'none' }],
    ['alg HS256', { alg: 'HS256' }],
    ['alg Ed25519', { alg: 'Ed25519' }],
    ['no alg', { alg: undefined }],
    ['no kid', { kid: undefined }],
    ['a kid that is no text', { kid: 7 }],
    ['the kid of a key that nobody registered', { kid: 'z'.repeat(43) }],
    ['a critical extension that nobody understands', { crit: ['exp2'], exp2: 1 }],
  ])('refuses a header with %s', async (_what, header) => {
    expect(await codeOf(compose({}, header as unknown as JsonObject))).toBe(UNAUTHENTICATED);
  });

  test('refuses an assertion without its signature, also under alg none', async () => {
    const [head, body] = compose().split('.');
    expect(await codeOf(`${head}.${body}.`)).toBe(UNAUTHENTICATED);
    expect(await codeOf(`${encode({ alg: 'none', kid: TOKEN.keyid })}.${body}.`)).toBe(UNAUTHENTICATED);
  });

  test('refuses the signature of another key, and claims altered after signing', async () => {
    expect(await codeOf(compose({}, {}, privateKeyFromSeed(generateSeed())))).toBe(UNAUTHENTICATED);
    const [head, , signature] = compose().split('.');
    const [, otherBody] = compose({ jti: 'twice' }).split('.');
    expect(await codeOf(`${head}.${otherBody}.${signature}`)).toBe(UNAUTHENTICATED);
  });

  test('judges the audience before the signature, so that a foreign credential is told apart without its key', async () => {
    const foreign = compose({ aud: 'https://elsewhere.test/development' }, { kid: 'z'.repeat(43) });
    expect(await codeOf(foreign)).toBe(WRONG_ENVIRONMENT);
  });

  test.each(['', 'a', 'a.b.c', '..', `${encode({ alg: 'EdDSA' })}.${encode({})}.`, '💥.💥.💥'])(
    'refuses the text %j in the same words as any other that cannot be read',
    async (text) => {
      expect(await codeOf(text)).toBe(UNAUTHENTICATED);
    },
  );

  test('what the client says of its surroundings is kept by name, as text and in measure', async () => {
    const host = { user: 'ann', hostname: 'h'.repeat(200), mcpClient: 7, evil: 'x', mcpVersion: `${'v'.repeat(99)}😀` };
    const { host: kept } = await verify(compose({ host }));
    expect(kept).toEqual({ user: 'ann', hostname: 'h'.repeat(100), mcpVersion: `${'v'.repeat(99)}\uFFFD` });
    expect((await verify(compose({ host: 'ann' }))).host).toBeNull();
  });
});
