import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { AuditService } from '../audit/audit.service.ts';
import { asUnrecorded, recorded } from '../audit/recorded.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { storeRefusal } from '../common/store-refusal.ts';
import { Database, type Tx } from '../database/database.ts';
import { takeFromLimits } from '../limits/limits-repository.ts';
import { retryAfterSeconds } from '../limits/rate-limit-headers.ts';
import { NONCE_MEMORY_MS, rememberNonce } from '../nonces/nonces-repository.ts';
import { OperationRegistry } from '../operations/registry.ts';
import { isResourceType, RESOURCE_TYPES } from '../plans/resource-versions.ts';
import { principalKey } from '../principal/principal.ts';
import { suspendedDetail } from '../suspensions/suspension.ts';
import { findSuspension } from '../suspensions/suspensions-repository.ts';
import { verifyAssertion, type Assertion } from './client-assertion.ts';
import { GrantError } from './grant-error.ts';
import { GrantKeys, type SigningKey } from './grant-keys.ts';
import { GrantTokens } from './grant-tokens.ts';
import { GRANT_LIFE_S, type Grant } from './grant.ts';
import { parseTokenRequest, type TokenRequest } from './token-request.ts';
import { findToken, inWords, tokenFault } from './tokens-repository.ts';

/** Token requests of one client. */
const QUOTA = { perMinute: 60, burst: 20 };

export interface GrantAnswer {
  readonly status: number;
  readonly body: JsonObject;
  readonly retryAfter?: number | undefined;
}

/** A request whose client has proved who it is. */
interface Asked {
  readonly request: TokenRequest;
  readonly assertion: Assertion;
  /** Remote address. */
  readonly source: string;
}

/** RFC 6749 5.2 for a store that takes no entry: nothing was given, and there is no entry that could be named. */
const unrecordedGrant = ({ code, problem }: Refusal): GrantAnswer => ({
  status: problem.status,
  body: { error: 'temporarily_unavailable', error_description: problem.detail, code },
  retryAfter: problem.retryAfter,
});

/** Exchanges a client's proof for a short-lived grant that is never wider than the client's own row. */
@Injectable()
export class GrantsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(GrantKeys) private readonly keys: GrantKeys,
    @Inject(GrantTokens) private readonly tokens: GrantTokens,
    @Inject(OperationRegistry) private readonly operations: OperationRegistry,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /** @param form the request's body; undefined when it was not a form. */
  async exchange(form: string | undefined, source: string): Promise<GrantAnswer> {
    try {
      return await this.#exchange(form, source);
    } catch (error) {
      const trouble =
        storeRefusal(error, 'client') ?? (error instanceof Refusal && error.code === 'unavailable' ? error : undefined);
      if (!trouble) throw error;
      this.logger.error({ err: error }, 'the store does not take this grant');
      return unrecordedGrant(trouble);
    }
  }

  async #exchange(form: string | undefined, source: string): Promise<GrantAnswer> {
    let request: TokenRequest;
    let assertion: Assertion;
    try {
      if (form === undefined) {
        throw new GrantError(
          'invalid_request',
          'unsupported_media_type',
          'The request is sent as "application/x-www-form-urlencoded".',
        );
      }
      request = parseTokenRequest(form);
      assertion = await verifyAssertion(request.assertion, this.settings.issuer, Date.now(), (keyid) =>
        findToken(this.database.db, keyid),
      );
      if (request.clientId !== undefined && request.clientId !== assertion.token.clientId) {
        throw new GrantError(
          'invalid_client',
          'unauthenticated',
          'The field "client_id" is the client of the assertion.',
        );
      }
    } catch (error) {
      if (!(error instanceof GrantError)) throw error;
      const auditId = await this.counter.count({ source, code: error.code, route: 'oauth.token', sample: error.error });
      return { status: error.status, body: error.body(auditId) };
    }
    const key = await this.keys.signingKey().catch((error: unknown) => {
      throw asUnrecorded(error);
    });
    return recorded(this.database, (tx) => this.#issue(tx, { request, assertion, source }, key));
  }

  async #issue(tx: Tx, { request, assertion, source }: Asked, key: SigningKey): Promise<GrantAnswer> {
    const now = await currentTime(this.database, tx);
    const record = (outcome: 'succeeded' | 'refused', error?: GrantError): Promise<string> =>
      this.audit.record(tx, now, {
        tool: 'oauth.token',
        kind: 'grant',
        outcome,
        decision: error ? 'deny' : 'allow',
        code: error?.code ?? null,
        rules: [error ? 'check:grant-request' : 'grant:within-token'],
        client: assertion.token.clientId,
        keyid: assertion.token.keyid,
        agent: assertion.token.agent,
        owner: assertion.token.ownerId,
        run: request.runId,
        host: assertion.host,
        source,
        details: { scopes: [...(request.scopes ?? [])].slice(0, 32), ...(error && { detail: error.description }) },
      });
    try {
      const grant = await this.#decide(tx, now, request, assertion);
      await record('succeeded');
      return {
        status: 200,
        body: {
          access_token: await this.tokens.sign(grant, now, key),
          token_type: 'Bearer',
          expires_in: GRANT_LIFE_S,
          scope: grant.scopes.join(' '),
          ...(grant.details && { authorization_details: grant.details as unknown as JsonObject[] }),
        },
      };
    } catch (error) {
      if (!(error instanceof GrantError)) throw error;
      return { status: error.status, body: error.body(await record('refused', error)), retryAfter: error.retryAfter };
    }
  }

  async #decide(tx: Tx, now: number, request: TokenRequest, assertion: Assertion): Promise<Omit<Grant, 'jti'>> {
    const { keyid } = assertion.token;
    // Assertion ids share the nonces' memory; the colon keeps the two apart.
    if (!(await rememberNonce(tx, keyid, `jti:${assertion.jti}`, assertion.exp * 1000 + NONCE_MEMORY_MS))) {
      throw new GrantError('invalid_client', 'replayed', 'This assertion was used before. Make a new one.');
    }
    const token = await findToken(tx, keyid);
    if (token && token.environment !== this.settings.environment) {
      throw new GrantError(
        'invalid_client',
        'wrong_environment',
        'The API token of this client was registered in another environment.',
      );
    }
    const fault = token ? tokenFault(token, now) : 'revoked';
    if (!token || fault !== undefined) {
      throw new GrantError(
        'invalid_client',
        'unauthenticated',
        `The API token of this client is ${inWords(fault ?? 'revoked')}.`,
      );
    }
    const stop = await findSuspension(tx, token);
    if (stop) throw new GrantError('invalid_client', 'suspended', suspendedDetail(stop.kind));
    const limit = { name: 'grants', key: `grants:${principalKey(token)}`, quota: QUOTA };
    const states = await takeFromLimits(tx, [limit], now);
    if (states.some((state) => !state.allowed)) {
      const retryAfter = retryAfterSeconds(states);
      throw new GrantError(
        'temporarily_unavailable',
        'rate_limited',
        `Too many grants; wait ${retryAfter} s.`,
        retryAfter,
      );
    }
    const scopes = request.scopes ?? token.scopes;
    if (scopes.length === 0 || scopes.some((scope) => !token.scopes.includes(scope))) {
      throw new GrantError(
        'invalid_scope',
        'insufficient_scope',
        `A grant is no wider than its token, which has: ${token.scopes.join(' ')}.`,
      );
    }
    this.#requireKnownDetails(request, scopes);
    return {
      sub: token.ownerId,
      clientId: token.clientId,
      agent: token.agent,
      runId: request.runId,
      scopes,
      details: request.details,
      keyid,
      host: assertion.host,
    };
  }

  #requireKnownDetails(request: TokenRequest, scopes: readonly string[]): void {
    const tools = this.operations.all().filter(({ contract }) => scopes.includes(contract.scope));
    const names = new Set(tools.map(({ contract }) => contract.name));
    for (const detail of request.details ?? []) {
      if (!isResourceType(detail.type) || !detail.actions.every((action) => names.has(action))) {
        throw new GrantError(
          'invalid_authorization_details',
          'task_mismatch',
          'Each detail names a known resource type and tools that the grant covers.',
        );
      }
    }
  }

  /** RFC 8414 metadata of this issuer. */
  metadata(): JsonObject {
    const { issuer, backendUrl } = this.settings;
    return {
      issuer,
      token_endpoint: `${backendUrl}/oauth/token`,
      jwks_uri: `${issuer}/jwks.json`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['EdDSA'],
      scopes_supported: this.operations.all().map(({ contract }) => contract.scope),
      authorization_details_types_supported: [...RESOURCE_TYPES],
      response_types_supported: [],
    };
  }

  /** @throws Refusal `not_found` for another environment's name. */
  requireEnvironment(environment: string): void {
    if (environment !== this.settings.environment) {
      throw new Refusal('not_found', { detail: 'There is no such issuer here.' });
    }
  }
}
