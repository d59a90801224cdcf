import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { decodeJwt, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { GRANT_LIFE_S, type AuthorizationDetail, type Grant } from './grant.ts';
import { GrantKeys, type SigningKey } from './grant-keys.ts';
import { VerifiedGrants } from './verified-grants.ts';

const CHALLENGE = 'Get a grant from the token endpoint and send it as "authorization: Bearer <grant>".';

/** Signs and verifies RFC 9068 access tokens, bound to the client's key (RFC 7800, `cnf.jkt`). */
@Injectable()
export class GrantTokens {
  readonly #keys: GrantKeys;
  readonly #settings: Settings;
  readonly #verified = new VerifiedGrants();

  constructor(@Inject(GrantKeys) keys: GrantKeys, @Inject(Settings) settings: Settings) {
    this.#keys = keys;
    this.#settings = settings;
  }

  /** @param nowMs milliseconds. */
  async sign(grant: Omit<Grant, 'jti'>, nowMs: number, { kid, privateKey }: SigningKey): Promise<string> {
    const now = Math.floor(nowMs / 1000);
    return new SignJWT({
      client_id: grant.clientId,
      agent: grant.agent,
      scope: grant.scopes.join(' '),
      cnf: { jkt: grant.keyid },
      ...(grant.runId !== null && { run_id: grant.runId }),
      ...(grant.details !== null && { authorization_details: grant.details }),
      ...(grant.host !== null && { host: grant.host }),
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .setIssuer(this.#settings.issuer)
      .setAudience(this.#settings.issuer)
      .setSubject(grant.sub)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + GRANT_LIFE_S)
      .sign(privateKey);
  }

  /**
   * Verifies a bearer token.
   *
   * @param nowMs milliseconds.
   * @throws Refusal `wrong_environment` (judged before the signature) or `unauthenticated`.
   */
  async verify(token: string, nowMs: number): Promise<Grant> {
    const known = this.#verified.find(token, nowMs);
    if (known) return known;
    const { issuer } = this.#settings;
    const claims = readClaims(token);
    if (claims.iss !== issuer || claims.aud !== issuer) {
      throw new Refusal('wrong_environment', { detail: 'This grant was issued for another environment or backend.' });
    }
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await this.#keys.verificationKey(kid);
          if (!key) throw new errors.JWKSNoMatchingKey();
          return key;
        },
        { algorithms: ['EdDSA'], typ: 'at+jwt', issuer, audience: issuer, currentDate: new Date(nowMs) },
      );
      const grant = toGrant(payload);
      this.#verified.remember(token, grant, (payload.exp ?? 0) * 1000);
      return grant;
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        throw new Refusal('unauthenticated', { detail: `The grant has expired. ${CHALLENGE}` });
      }
      if (error instanceof errors.JOSEError) {
        throw new Refusal('unauthenticated', { detail: `The grant is not valid. ${CHALLENGE}` });
      }
      throw error;
    }
  }
}

function readClaims(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw new Refusal('unauthenticated', { detail: `The grant cannot be read. ${CHALLENGE}` });
  }
}

/** The claims were written by {@link GrantTokens.sign} and verified: their shape is known. */
function toGrant(payload: JWTPayload): Grant {
  return {
    sub: payload.sub ?? '',
    clientId: String(payload['client_id']),
    agent: String(payload['agent']),
    runId: typeof payload['run_id'] === 'string' ? payload['run_id'] : null,
    scopes: String(payload['scope']).split(' ').filter(Boolean),
    details: (payload['authorization_details'] as AuthorizationDetail[] | undefined) ?? null,
    jti: payload.jti ?? '',
    keyid: (payload['cnf'] as { jkt: string }).jkt,
    host: (payload['host'] as JsonObject | undefined) ?? null,
  };
}
