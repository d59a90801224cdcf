import { Inject, Injectable } from '@nestjs/common';
import { OPERATION_PROFILE } from '@narrow-deputies/signing';
import { recorded } from '../audit/recorded.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { currentTime } from '../common/clock.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { unrecorded } from '../common/store-refusal.ts';
import { Database, type Tx } from '../database/database.ts';
import type { Grant } from '../grants/grant.ts';
import { GrantTokens } from '../grants/grant-tokens.ts';
import { findToken } from '../grants/tokens-repository.ts';
import { takeFromLimits } from '../limits/limits-repository.ts';
import { rateLimitHeaders, retryAfterSeconds } from '../limits/rate-limit-headers.ts';
import { NONCE_MEMORY_MS, rememberNonce } from '../nonces/nonces-repository.ts';
import { principalKey } from '../principal/principal.ts';
import { Telemetry, type ObservedCall } from '../telemetry/telemetry.ts';
import { admit, type Admitted } from './admit.ts';
import { readBearer } from './bearer.ts';
import type { Answer, IncomingRequest } from './call.ts';
import { requireContentDigest } from './canonical-body.ts';
import { problemAnswer } from './problem-answer.ts';
import { ReportRecorder, type SentReport } from './report-recorder.ts';
import { requireSignature } from './require-signature.ts';

const ROUTE = '/v1/refusals';
const LIMITS = { bodyBytes: 8 * 1024, depth: 4 };
/**
 * Reports of one client; apart from its calls, so that neither uses up the other, and those that count several refusals
 * apart from single ones: what came too fast to be told one by one has to find room.
 */
const QUOTA = { perMinute: 60, burst: 30 };

interface Reporter extends Admitted {
  readonly grant: Grant;
  readonly nonce: string;
  readonly expires: number;
}

/**
 * What a server refused by itself: signed like a call, recorded as the client's own word about tools that its token covers.
 * It changes nothing else.
 */
@Injectable()
export class ReportGate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(GrantTokens) private readonly tokens: GrantTokens,
    @Inject(ReportRecorder) private readonly recorder: ReportRecorder,
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
    const bucket = from.body['count'] === undefined ? 'reports' : 'counted-reports';
    const limit = { name: 'reports', key: `${bucket}:${principalKey({ ...grant, ownerId: grant.sub })}`, quota: QUOTA };
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
    const sent: SentReport = { ...from, source: request.source, startedAt: request.startedAt, fresh };
    return { answer: await this.recorder.record(tx, now, sent, headers), dropped: false };
  }
}
