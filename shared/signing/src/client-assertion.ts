import type { KeyObject } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import { signText } from './ed25519.ts';
import type { JsonObject } from './json.ts';

/** Who asks (`clientId`) whom (`audience`, the issuer), once (`jti`), at `now` in whole seconds since the epoch. */
export interface AssertionClaims {
  clientId: string;
  audience: string;
  jti: string;
  now: number;
  /** What the client says of its surroundings (a private claim, RFC 7519 section 4.3); nobody relies on it. */
  host?: JsonObject;
}

/** Seconds that an assertion lives; under the 60 that a backend accepts, which leaves room for its clock. */
const LIFETIME = 55;

/**
 * Signs a client assertion (RFC 7523 section 3) as a compact JWS (RFC 7515 section 7.1) with `alg` `EdDSA` (RFC 8037
 * section 3.1), `kid` = keyid, `iss` = `sub` = clientId.
 *
 * @throws TypeError when `now` is not a whole number or the key is not an Ed25519 private key.
 */
export function signClientAssertion(claims: AssertionClaims, keyid: string, key: KeyObject): string {
  const { clientId, audience, jti, now, host } = claims;
  if (!Number.isSafeInteger(now)) throw new TypeError('now is a whole number of seconds.');
  const header = encode({ alg: 'EdDSA', kid: keyid });
  const payload = encode({
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti,
    iat: now,
    exp: now + LIFETIME,
    ...(host && { host }),
  });
  const signed = `${header}.${payload}`;
  return `${signed}.${signText(signed, key).toString('base64url')}`;
}

const encode = (value: JsonObject): string => Buffer.from(canonicalize(value), 'utf8').toString('base64url');
