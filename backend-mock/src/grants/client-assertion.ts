import type { JsonObject } from '@narrow-deputies/contracts';
import { publicKeyFromX } from '@narrow-deputies/signing';
import { decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { GrantError } from './grant-error.ts';
import type { TokenRecord } from './tokens-repository.ts';

/** Seconds that an assertion may live, and that two clocks may differ. */
const LIFE_S = 60;
const SKEW_S = 5;
const JTI_MAX = 128;

export interface Assertion {
  readonly token: TokenRecord;
  readonly jti: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  /** What the client says of its surroundings; believed by nobody. */
  readonly host: JsonObject | null;
}

const refuse = (code: 'unauthenticated' | 'wrong_environment' | 'signature_expired', description: string): GrantError =>
  new GrantError('invalid_client', code, description);

/**
 * Verifies an RFC 7523 client assertion: algorithm exactly EdDSA, `kid` a registered key, `iss` = `sub` = that key's
 * client, `aud` exactly the issuer (judged before the signature), a `jti`, and no more than 60 seconds to live.
 *
 * @param now milliseconds since the epoch.
 * @throws GrantError `invalid_client`.
 */
export async function verifyAssertion(
  assertion: string,
  issuer: string,
  now: number,
  findToken: (keyid: string) => Promise<TokenRecord | undefined>,
): Promise<Assertion> {
  const { claims, kid } = read(assertion);
  if (claims.aud !== issuer) {
    throw refuse('wrong_environment', 'The assertion is meant for another environment or backend.');
  }
  const token = await findToken(kid);
  if (!token) throw refuse('unauthenticated', 'The key of this assertion is not registered.');
  await verify(assertion, token, now);
  if (claims.iss !== token.clientId || claims.sub !== token.clientId) {
    throw refuse('unauthenticated', 'The assertion names "iss" and "sub" exactly as its key was registered.');
  }
  const { jti } = claims;
  if (typeof jti !== 'string' || jti.length > JTI_MAX || !/^[\x21-\x7e]+$/.test(jti)) {
    throw refuse(
      'unauthenticated',
      `The assertion has a "jti" of 1 to ${JTI_MAX} visible ASCII characters, used once.`,
    );
  }
  return { token, jti, exp: requireLife(claims, now), host: hostClaim(claims) };
}

function read(assertion: string): { claims: JWTPayload; kid: string } {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    const claims = decodeJwt(assertion);
    if (alg === 'EdDSA' && typeof kid === 'string') return { claims, kid };
  } catch {
    // Whatever cannot be read is refused in the same words.
  }
  throw refuse('unauthenticated', 'The assertion is a JWT with "alg":"EdDSA" and the key\'s thumbprint as "kid".');
}

async function verify(assertion: string, token: TokenRecord, now: number): Promise<void> {
  try {
    // Times are judged below, with words that help; here only the signature counts.
    await jwtVerify(assertion, publicKeyFromX(token.publicX), {
      algorithms: ['EdDSA'],
      currentDate: new Date(now),
      clockTolerance: Number.MAX_SAFE_INTEGER / 2,
    });
  } catch {
    throw refuse('unauthenticated', 'The assertion does not verify with the key that it names.');
  }
}

function requireLife(claims: JWTPayload, now: number): number {
  const seconds = Math.floor(now / 1000);
  const { exp, nbf, iat } = claims;
  if (typeof exp !== 'number' || !Number.isInteger(exp)) throw refuse('unauthenticated', 'The assertion has an "exp".');
  if (seconds > exp + SKEW_S) throw refuse('signature_expired', 'The assertion has expired. Make a new one.');
  const early = [nbf, iat].some((time) => time !== undefined && time > seconds + SKEW_S);
  if (early || exp - seconds > LIFE_S) {
    throw refuse('unauthenticated', `The assertion is valid from now for ${LIFE_S} seconds at most.`);
  }
  return exp;
}

const HOST_FIELDS = ['user', 'hostname', 'mcpClient', 'mcpVersion', 'protocol'] as const;

function hostClaim(claims: JWTPayload): JsonObject | null {
  const claim = claims['host'];
  if (claim === null || typeof claim !== 'object') return null;
  const host: JsonObject = {};
  for (const field of HOST_FIELDS) {
    const value = (claim as Record<string, unknown>)[field];
    if (typeof value === 'string') host[field] = value.slice(0, 100).toWellFormed();
  }
  return host;
}
