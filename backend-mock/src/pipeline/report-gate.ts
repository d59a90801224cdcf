import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { refusalReport } from '@narrow-deputies/contracts';
import { OPERATION_PROFILE } from '@narrow-deputies/signing';
import { AuditService } from '../audit/audit.service.ts';
import { recorded } from '../audit/recorded.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { currentTime } from '../common/clock.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { unrecorded } from '../common/store-refusal.ts';
import { Database, type Tx } from '../database/database.ts';
import type { Grant } from '../grants/grant.ts';
import { GrantTokens } from '../grants/grant-tokens.ts';
import { principalOf } from '../grants/principal-of.ts';
import { findToken, tokenFault } from '../grants/tokens-repository.ts';
import { takeFromLimits } from '../limits/limits-repository.ts';
import { rateLimitHeaders, retryAfterSeconds } from '../limits/rate-limit-headers.ts';
import { NONCE_MEMORY_MS, rememberNonce } from '../nonces/nonces-repository.ts';
import { AbuseWatch } from '../policy/abuse-watch.ts';
import { principalKey } from '../principal/principal.ts';
import { Telemetry, type ObservedCall } from '../telemetry/telemetry.ts';
import { admit, type Admitted } from './admit.ts';
import { readBearer } from './bearer.ts';
import type { Answer, IncomingRequest } from './call.ts';
import { requireContentDigest } from './canonical-body.ts';
import { parseArguments } from './parse-arguments.ts';
import { problemAnswer } from './problem-answer.ts';
import { requireSignature } from './require-signature.ts';

const ROUTE = '/v1/refusals';
const LIMITS = { bodyBytes: 8 * 1024, depth: 4 };
/** Reports of one client; apart from its calls, so that neither uses up the other. */
const QUOTA = { perMinute: 60, burst: 30 };

interface Reporter extends Admitted {
  readonly grant: Grant;
  readonly nonce: string;
  readonly expires: number;
}

/**
 * What a server refused by itself: signed like a call, recorded as the client's own word. It changes nothing else and
 * needs no scope.
 */
@Injectable()
export class ReportGate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(GrantTokens) private readonly tokens: GrantTokens,
    @Inject(AbuseWatch) private readonly watch: AbuseWatch,
    @Inject(Telemetry) private readonly telemetry: Telemetry,
  ) {}

  /** @throws Refusal before the signature has verified; afterwards a refusal is an answer. */
  async run(request: IncomingRequest): Promise<Answer> {
    const { startedAt } = request;
    const observed = this.telemetry.begin({ route: ROUTE, path: ROUTE, tool: 'refusals', startedAt });
    try {
      const answer = await this.#answer(request, observed);
      observed?.end(answer);
      return answer;
    } catch (error) {
      const { problem } = error instanceof Refusal ? error : unrecorded('unavailable');
      observed?.end(problemAnswer(problem));
      throw error;
    }
  }

  async #answer(request: IncomingRequest, observed: ObservedCall | undefined): Promise<Answer> {
    const reporter = await this.#identify(request);
    observed?.identified(reporter.headers['traceparent'] ?? '');
    const { answer, dropped } = await recorded(this.database, (tx) => this.#within(tx, request, reporter));
    if (dropped) {
      const source = `client:${reporter.grant.clientId}`;
      await this.counter.count({ source, code: 'rate_limited', route: ROUTE, sample: source });
    }
    return answer;
  }

  async #identify(request: IncomingRequest): Promise<Reporter> {
    const admitted = admit(request, OPERATION_PROFILE, LIMITS);
    const grant = await this.tokens.verify(readBearer(admitted.headers['authorization']), Date.now());
    const token = await findToken(this.database.db, grant.keyid);
    if (!token) throw new Refusal('unauthenticated', { detail: 'The key that this grant is bound to is not known.' });
    const { nonce, expires } = requireSignature({
      profile: OPERATION_PROFILE,
      method: request.method,
      targetUri: `${this.settings.backendUrl}${request.path}`,
      headers: admitted.headers,
      keyid: grant.keyid,
      publicX: token.publicX,
      now: Date.now(),
    });
    requireContentDigest(admitted.headers['content-digest'] ?? '', request.body);
    return { ...admitted, grant, nonce, expires };
  }

  async #within(tx: Tx, request: IncomingRequest, from: Reporter): Promise<{ answer: Answer; dropped: boolean }> {
    const { grant } = from;
    const now = await currentTime(this.database, tx);
    const fresh = await rememberNonce(tx, grant.keyid, from.nonce, from.expires * 1000 + NONCE_MEMORY_MS);
    const limit = { name: 'reports', key: `reports:${principalKey({ ...grant, ownerId: grant.sub })}`, quota: QUOTA };
    const states = await takeFromLimits(tx, [limit], now);
    const headers = rateLimitHeaders(states);
    if (states.some((state) => !state.allowed)) {
      const retryAfter = retryAfterSeconds(states);
      const refusal = new Refusal('rate_limited', {
        detail: `This report was dropped; wait ${retryAfter} s.`,
        retryAfter,
      });
      return { answer: problemAnswer(refusal.problem, headers), dropped: true };
    }
    const common = {
      traceId: from.traceId,
      requestId: from.requestId,
      run: grant.runId,
      client: grant.clientId,
      keyid: grant.keyid,
      agent: grant.agent,
      owner: grant.sub,
      host: grant.host,
      source: request.source,
      kind: 'report',
      outcome: 'refused',
      decision: 'deny',
      latencyMs: Math.round((performance.now() - request.startedAt) * 10) / 10,
    } as const;
    try {
      if (!fresh) throw new Refusal('replayed', { detail: 'A request with this nonce was seen before.' });
      const token = await findToken(tx, grant.keyid);
      const principal = token && principalOf(grant, token);
      if (!principal || tokenFault(token, now) !== undefined) {
        throw new Refusal('unauthenticated', { detail: 'The API token behind this grant cannot be used any more.' });
      }
      const { tool, code, pointers, argumentsDigest } = parseArguments('refusals', refusalReport, from.body);
      const { keyid, agent, runId } = grant;
      const stopped = await this.watch.look(tx, now, { ...principal, keyid, agent, runId, tool });
      const auditId = await this.audit.record(tx, now, {
        ...common,
        tool,
        code,
        rules: ['self-reported'],
        details: { pointers, argumentsDigest, ...stopped },
      });
      return { answer: { status: 202, headers, body: { auditId } }, dropped: false };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const auditId = await this.audit.record(tx, now, {
        ...common,
        tool: 'refusals',
        code: error.code,
        details: { detail: error.problem.detail },
      });
      return { answer: problemAnswer({ ...error.problem, auditId }, headers), dropped: false };
    }
  }
}
