import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sql } from 'kysely';
import { ApprovalsService } from '../approvals/approvals.service.ts';
import { AuditService } from '../audit/audit.service.ts';
import { AuditUnavailable } from '../audit/audit-unavailable.ts';
import { recorded } from '../audit/recorded.ts';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { Database, isConflict, type Tx } from '../database/database.ts';
import { isStoreTrouble } from '../database/store-trouble.ts';
import { OperationRegistry } from '../operations/registry.ts';
import type { Answer } from '../pipeline/call.ts';
import { parseArguments } from '../pipeline/parse-arguments.ts';
import { problemAnswer } from '../pipeline/problem-answer.ts';
import { PlanReleases } from '../plans/plan-releases.ts';
import { PolicyDesk } from '../policy/policy-desk.ts';
import type { ActionContext, PeopleAction } from './action.ts';
import type { Credential, Evidence } from './credential.ts';
import { findPerson, type Person } from './people-repository.ts';
import { saysTheSame } from '../verifier/acts.ts';
import type { SignedAct } from '../verifier/signed-act.ts';
import { requireJudged } from './judged-act.ts';
import { newAuditId } from '../audit/audit-id.ts';
import { turnOf } from '../writers/turn.ts';

/** Somebody whose proof has verified, and what they ask for. */
export interface Actor {
  readonly credential: Credential;
  /** The `x` of an Ed25519 JWK, or a COSE key, base64url. */
  readonly publicKey: string;
  readonly evidence: Evidence;
  readonly arguments: JsonObject;
  readonly traceId: string;
  /** Idempotency key or nonce. */
  readonly requestId: string;
  /** `performance.now()` at arrival. */
  readonly startedAt: number;
  /** Remote address. */
  readonly source: string;
  /** Uses the proof up: what a replay is caught by. Throws a Refusal; what it writes stays whatever happens. */
  readonly consume: (tx: Tx, now: number) => Promise<void>;
}

/** Does what people ask for, each act in one transaction with its entry, refused ones too. */
@Injectable()
export class ActRunner {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(ApprovalsService) private readonly approvals: ApprovalsService,
    @Inject(OperationRegistry) private readonly operations: OperationRegistry,
    @Inject(PlanReleases) private readonly releases: PlanReleases,
    @Inject(PolicyDesk) private readonly desk: PolicyDesk,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /** @throws Refusal before anything is done or written down, where the evidence would not verify later. */
  run(action: PeopleAction, actor: Actor): Promise<Answer> {
    const signed = requireJudged({
      ...actor,
      environment: this.settings.environment,
      action: action.name,
      personId: actor.credential.personId,
      keyid: actor.credential.keyid,
    });
    return recorded(this.database, (tx) => this.#within(tx, action, actor, signed));
  }

  async #within(tx: Tx, action: PeopleAction, actor: Actor, signed: SignedAct): Promise<Answer> {
    const now = await currentTime(this.database, tx);
    const { keyid, personId } = actor.credential;
    const common = {
      tool: `people.${action.name}`,
      kind: 'person',
      traceId: actor.traceId,
      requestId: actor.requestId,
      keyid,
      person: personId,
      source: actor.source,
      arguments: actor.arguments,
    } as const;
    const latencyMs = (): number => Math.round((performance.now() - actor.startedAt) * 10) / 10;
    let effects = false;
    // Entries that are undone with the effects give their numbers back.
    const turn = turnOf(tx);
    const mark = turn.mark();
    try {
      await actor.consume(tx, now);
      const person = await findPerson(tx, personId);
      requireRole(person, actor.credential, action);
      await sql`savepoint effects`.execute(tx);
      effects = true;
      const auditId = newAuditId();
      const { body, entry } = await this.#act(tx, now, action, actor, { person, auditId });
      if (!saysTheSame(signed, { details: entry?.details ?? {} })) {
        throw new Error(`The entry of ${action.name} would not say what was signed.`);
      }
      const succeeded = { outcome: 'succeeded', decision: 'allow', rules: ['role'], latencyMs: latencyMs() } as const;
      await this.audit.record(tx, now, { ...common, ...entry, ...succeeded }, auditId);
      await this.#keep(tx, now, action, actor, auditId);
      await sql`release savepoint effects`.execute(tx);
      return { status: 200, headers: {}, body };
    } catch (error) {
      if (error instanceof AuditUnavailable || isConflict(error) || isStoreTrouble(error)) throw error;
      if (effects) {
        await sql`rollback to savepoint effects`.execute(tx);
        turn.backTo(mark);
      }
      const refusal = this.#asRefusal(error);
      await refusal.notes.persist?.(tx);
      const plan = typeof actor.arguments['planId'] === 'string' ? actor.arguments['planId'] : null;
      const auditId = await this.audit.record(tx, now, {
        ...common,
        outcome: refusal.problem.status >= 500 ? 'failed' : 'refused',
        decision: 'deny',
        code: refusal.code,
        plan,
        rules: refusal.notes.rules ?? [],
        latencyMs: latencyMs(),
        details: { detail: refusal.problem.detail, ...refusal.notes.details },
      });
      return problemAnswer({ ...refusal.problem, auditId });
    }
  }

  #asRefusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.logger.error({ err: error }, "a person's act failed");
    return new Refusal('internal', { detail: 'Something failed inside; nothing was changed.' });
  }

  #act(
    tx: Tx,
    now: number,
    action: PeopleAction,
    actor: Actor,
    { person, auditId }: Pick<ActionContext, 'person' | 'auditId'>,
  ): ReturnType<PeopleAction['run']> {
    const args = parseArguments(action.name, action.arguments, actor.arguments);
    return action.run(args, {
      tx,
      now,
      person,
      auditId,
      credential: actor.credential,
      source: actor.source,
      evidence: actor.evidence,
      settings: this.settings,
      approvals: this.approvals,
      operations: this.operations,
      releases: this.releases,
      desk: this.desk,
    });
  }

  /** What changes anything is kept with its proof, so that it can be verified again without trusting this process. */
  async #keep(
    tx: Tx,
    now: number,
    action: PeopleAction,
    { credential, evidence }: Actor,
    auditId: string,
  ): Promise<void> {
    if (action.reads) return;
    await tx
      .insertInto('person_acts')
      .values({
        // Of its entry: nothing else names one act for sure, since a person chooses the number of a request.
        id: auditId,
        person_id: credential.personId,
        action: action.name,
        evidence: JSON.stringify(evidence),
        created_at: now,
      })
      .execute();
  }
}

function requireRole(
  person: Person | undefined,
  credential: Credential,
  action: PeopleAction,
): asserts person is Person {
  if (person?.state !== 'active' || credential.state !== 'active') {
    throw new Refusal('unauthenticated', { detail: 'This person or key is no longer enrolled.' });
  }
  if (!action.roles.some((role) => person.roles.includes(role))) {
    throw new Refusal('insufficient_scope', {
      detail: `This takes one of the roles: ${action.roles.join(', ')}.`,
      conditions: ['other_role'],
    });
  }
}
