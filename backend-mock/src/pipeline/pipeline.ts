import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sql } from 'kysely';
import { AuditService } from '../audit/audit.service.ts';
import { AuditUnavailable } from '../audit/audit-unavailable.ts';
import { recorded } from '../audit/recorded.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { storeRefusal, unrecorded } from '../common/store-refusal.ts';
import { Database, isConflict, type Tx } from '../database/database.ts';
import { isStoreTrouble } from '../database/store-trouble.ts';
import { GrantTokens } from '../grants/grant-tokens.ts';
import { findToken } from '../grants/tokens-repository.ts';
import { completeKey } from '../idempotency/idempotency-repository.ts';
import { rateLimitHeaders } from '../limits/rate-limit-headers.ts';
import type { RegisteredOperation } from '../operations/registry.ts';
import { AbuseWatch } from '../policy/abuse-watch.ts';
import { PolicyDesk } from '../policy/policy-desk.ts';
import { Sameness } from '../policy/sameness.ts';
import { operationRequest, Telemetry } from '../telemetry/telemetry.ts';
import { denialEntry, successEntry, type Served } from './call-entries.ts';
import { CallPlaces } from './call-places.ts';
import { turnOf } from '../writers/turn.ts';
import { Call, type Answer, type IncomingRequest } from './call.ts';
import type { Check } from './check.ts';
import { CheckAlterations, createChecks, type PipelineChecks } from './checks.ts';
import { namedPlan } from './named-plan.ts';
import { Operator } from './operator.ts';
import { Unprepared } from './preparation.ts';
import { problemAnswer } from './problem-answer.ts';

/**
 * The one way into domain code. Checks run in their listed order; whatever they and the operation write is one
 * transaction together with the audit entry, and a denial undoes the operation but keeps its own entry and nonce.
 */
@Injectable()
export class Pipeline {
  readonly #checks: PipelineChecks;
  readonly #places: CallPlaces;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(Operator) private readonly operator: Operator,
    @Inject(GrantTokens) tokens: GrantTokens,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(CheckAlterations) alterations: CheckAlterations,
    @Inject(PolicyDesk) desk: PolicyDesk,
    @Inject(Sameness) sameness: Sameness,
    @Inject(AbuseWatch) private readonly watch: AbuseWatch,
    @Inject(Telemetry) private readonly telemetry: Telemetry,
  ) {
    const checks = createChecks({
      settings,
      tokens,
      findToken: (keyid) => findToken(database.db, keyid),
      desk,
      sameness,
    });
    this.#checks = alterations.apply(checks);
    this.#places = new CallPlaces(database.connections);
  }

  /** Every check in the order in which it runs. */
  checks(): readonly Check[] {
    const { beforeIdentity, beforeLimits, beforeEffects, withEffects } = this.#checks;
    return [...beforeIdentity, ...beforeLimits, ...beforeEffects, ...withEffects];
  }

  /** Serves one request for one operation. Never throws. */
  async run(request: IncomingRequest, operation: RegisteredOperation): Promise<Answer> {
    const call = new Call(request, operation);
    const observed = this.telemetry.begin(operationRequest(call.contract, request.startedAt));
    if (observed) call.establish({ observed });
    const answer = await this.#answer(request, call);
    observed?.end(answer, call.peek('deniedBy'));
    return answer;
  }

  async #answer(request: IncomingRequest, call: Call): Promise<Answer> {
    try {
      await runAll(this.#checks.beforeIdentity, call);
    } catch (error) {
      return this.#refuseUnknown(request, this.#asRefusal(error));
    }
    const observed = call.peek('observed');
    observed?.identified(call.get('headers')['traceparent'] ?? '');
    const transactionOver = observed?.transaction();
    try {
      const answer = await this.#decide(call);
      transactionOver?.(true);
      return answer;
    } catch (error) {
      transactionOver?.(false);
      this.logger.error({ err: error, tool: call.contract.name }, 'a call has no entry, or none that is known of');
      const refusal = error instanceof Refusal ? error : (storeRefusal(error, 'agent') ?? unrecorded('unavailable'));
      return problemAnswer(refusal.problem);
    }
  }

  /** It waits for its place before it takes a connection. */
  #recorded(call: Call): Promise<Answer> {
    return this.#places.run(call.operation.kind, () => recorded(this.database, (tx) => this.#within(tx, call.fork())));
  }

  /** An operation that has to prepare something does so between two transactions; the first one only finds that it may. */
  async #decide(call: Call): Promise<Answer> {
    try {
      return await this.#recorded(call);
    } catch (error) {
      if (!(error instanceof Unprepared)) throw error;
      call.establish({ prepared: await error.prepare() });
      return await this.#recorded(call);
    }
  }

  /** A refusal of somebody who has proved nothing: counted, not recorded one by one. */
  async #refuseUnknown(request: IncomingRequest, refusal: Refusal): Promise<Answer> {
    const route = request.path.split('?')[0] ?? '';
    const auditId = await this.counter.count({
      source: request.source,
      code: refusal.code,
      route: route.slice(0, 100),
      sample: `${request.method} ${request.path}`,
    });
    return problemAnswer({ ...refusal.problem, auditId });
  }

  async #within(tx: Tx, call: Call): Promise<Answer> {
    call.establish({ tx, now: await currentTime(this.database, tx) });
    // What a denial goes back to: what identified the caller, and what the limits took.
    let hasEffects = false;
    // Entries that are undone with the effects give their numbers back.
    const turn = turnOf(tx);
    let mark = 0;
    try {
      await runAll(this.#checks.beforeLimits, call);
      await runAll(this.#checks.beforeEffects, call);
      await sql`savepoint effects`.execute(tx);
      hasEffects = true;
      mark = turn.mark();
      const served = await this.#serve(call);
      await this.#record(call, (latencyMs) => successEntry(call, served, latencyMs));
      return { ...served.answer, headers: { ...limitHeaders(call), ...served.answer.headers } };
    } catch (error) {
      // A conflict with another transaction is answered by running this one again, not by a denial.
      if (error instanceof AuditUnavailable || error instanceof Unprepared || isConflict(error)) throw error;
      // There is nothing to go back to, and nothing says that a denial would be part of this transaction.
      if (!hasEffects && isStoreTrouble(error)) throw error;
      if (hasEffects) {
        await goBack(tx, 'effects', error);
        turn.backTo(mark);
      }
      return this.#deny(call, this.#asRefusal(error));
    }
  }

  async #serve(call: Call): Promise<Served> {
    const known = await runAll(this.#checks.withEffects, call);
    const served = known ? repeated(known) : await this.operator.serve(call);
    const claimed = call.peek('claimedKey');
    if (claimed) await completeKey(call.get('tx'), claimed, JSON.stringify(served.answer.body));
    return served;
  }

  async #deny(call: Call, refusal: Refusal): Promise<Answer> {
    await refusal.notes.persist?.(call.get('tx'));
    const stopped = await this.#watch(call, refusal);
    const named = await namedPlan(call);
    await this.#record(call, (latencyMs) => denialEntry(call, refusal, latencyMs, { further: stopped, named }));
    return problemAnswer({ ...refusal.problem, auditId: call.auditId }, limitHeaders(call));
  }

  /** Whom the checks before policy keep out all the time is not seen by policy itself. */
  async #watch(call: Call, { code, problem }: Refusal): Promise<JsonObject | undefined> {
    const token = call.peek('token');
    if (!token || call.peek('judgement') || code === 'suspended' || problem.status >= 500) return undefined;
    const { agent, keyid } = token;
    const { runId } = call.get('grant');
    const caller = { ...call.get('principal'), agent, keyid, runId, tool: call.contract.name };
    return this.watch.look(call.get('tx'), call.get('now'), caller);
  }

  async #record(call: Call, entry: (latencyMs: number) => Parameters<AuditService['record']>[2]): Promise<void> {
    const latencyMs = Math.round((performance.now() - call.request.startedAt) * 10) / 10;
    const draft = entry(latencyMs);
    const { auditId } = call;
    await this.audit.record(call.get('tx'), call.get('now'), draft, auditId);
    const { decision, plan } = draft;
    call.peek('observed')?.recorded({ decision, plan, auditId, check: call.peek('deniedBy') });
  }

  #asRefusal(error: unknown): Refusal {
    if (error instanceof Refusal) {
      if (error.notes.internal !== undefined) this.logger.warn({ code: error.code }, error.notes.internal);
      return error;
    }
    this.logger.error({ err: error }, 'an operation failed');
    const code = isStoreTrouble(error) ? 'unavailable' : 'internal';
    return new Refusal(code, { detail: 'Something failed inside; nothing was changed.' });
  }
}

/** @returns the first answer that a check gave. */
async function runAll(checks: readonly Check[], call: Call): Promise<Answer | undefined> {
  for (const check of checks) {
    try {
      const answer = await check.run(call);
      if (answer) return answer;
    } catch (error) {
      call.establish({ deniedBy: check.name });
      throw error;
    }
  }
  return undefined;
}

/** @throws AuditUnavailable where the store has given up the whole transaction: no denial can be part of it. */
async function goBack(tx: Tx, savepoint: string, because: unknown): Promise<void> {
  await sql`rollback to savepoint ${sql.ref(savepoint)}`.execute(tx).catch(() => {
    throw new AuditUnavailable(because);
  });
}

const repeated = (answer: Answer): Served => ({ answer, repeated: true, approvals: [] });

const limitHeaders = (call: Call): Record<string, string> => {
  const limits = call.peek('limits');
  return limits ? rateLimitHeaders(limits) : {};
};
