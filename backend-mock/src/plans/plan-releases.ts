import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { AuditService } from '../audit/audit.service.ts';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import { findToken, inWords, tokenFault } from '../grants/tokens-repository.ts';
import { commitLocks, lockLimits } from '../limits/limits-repository.ts';
import { OperationRegistry, type RegisteredOperation } from '../operations/registry.ts';
import { askedCall } from '../policy/asked-call.ts';
import { deniedByPolicy, whyDenied } from '../policy/denied.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import { PolicyDesk } from '../policy/policy-desk.ts';
import { Sameness } from '../policy/sameness.ts';
import { suspendedDetail } from '../suspensions/suspension.ts';
import { findSuspension } from '../suspensions/suspensions-repository.ts';
import { commitDetails } from './commit-details.ts';
import { CommitService } from './commit.service.ts';
import type { Plan } from './plan.ts';
import { askedFor } from './plan-integrity.ts';
import { findPlan } from './plans-repository.ts';
import { newAuditId } from '../audit/audit-id.ts';

/** Who commits a plan in its client's place. */
export interface Cause {
  /** Pseudonymous id. */
  readonly approver: string;
  /** Remote address. */
  readonly source: string | null;
}

/** Commits a released plan in its client's place, because a person said so: a plan does not die with a closed chat. */
@Injectable()
export class PlanReleases {
  constructor(
    @Inject(OperationRegistry) private readonly operations: OperationRegistry,
    @Inject(CommitService) private readonly commits: CommitService,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(PolicyDesk) private readonly desk: PolicyDesk,
    @Inject(Sameness) private readonly sameness: Sameness,
  ) {}

  /**
   * Makes the owner's other calls, and other commits of this tool or agent, wait. In the order in which an agent's call
   * takes its locks, so before the plan's own row is locked.
   */
  async prepare(tx: Tx, planId: string): Promise<void> {
    const plan = await findPlan(tx, planId);
    if (plan) await lockLimits(tx, [`owner:${plan.ownerId}`, ...commitLocks(plan.agent, plan.commitTool)]);
  }

  /**
   * The commit and its entry, inside the transaction of the approval. What would refuse the client refuses it here too.
   *
   * @param now milliseconds.
   * @returns the receipt; the client's own commit gets the same one later.
   * @throws Refusal as a commit does.
   */
  async apply(tx: Tx, now: number, plan: Plan, { approver, source }: Cause): Promise<JsonObject> {
    const startedAt = performance.now();
    const operation = this.operations
      .all()
      .find(({ kind, contract }) => kind === 'commit' && contract.name === plan.commitTool);
    if (!operation || operation.kind === 'read') throw unfit(`There is no ${plan.commitTool} any more.`);
    await requireClient(tx, now, plan);
    const decision = await this.#decide(tx, now, plan, operation);
    const auditId = newAuditId();
    const { clientId, ownerId, agent } = plan;
    const { receipt, approvals } = await this.commits.commit({ plan, decision, auditId }, operation, { tx, now });
    await this.audit.record(
      tx,
      now,
      {
        tool: plan.commitTool,
        kind: 'commit',
        outcome: 'succeeded',
        decision: 'allow',
        rules: [...decision.rules, 'applied-by-approver'],
        decisionInput: decision.input,
        risk: decision.risk,
        details: {
          verdict: { effect: decision.decision, approval: decision.approval, rules: [...decision.rules] },
          ...commitDetails(plan, decision),
        },
        traceId: plan.traceId,
        run: plan.runId,
        client: clientId,
        keyid: plan.keyid,
        agent,
        owner: ownerId,
        person: approver,
        source,
        plan: plan.id,
        resources: plan.resources,
        approvals,
        arguments: { planId: plan.id },
        result: { receipt, repeated: false },
        latencyMs: Math.round((performance.now() - startedAt) * 10) / 10,
      },
      auditId,
    );
    return receipt;
  }

  /** Policy's binding decision. */
  async #decide(tx: Tx, now: number, plan: Plan, operation: WriteOf): Promise<PolicyDecision> {
    const asked = askedCall({
      clientId: plan.clientId,
      agent: plan.agent,
      ownerId: plan.ownerId,
      runId: plan.runId,
      now,
      contract: operation.contract,
      arguments: askedFor(plan, operation.pair),
      preview: plan.preview,
      sameness: await this.sameness.of(tx, now, plan.commitTool, plan.arguments),
    });
    const judgement = await this.desk.judge(tx, { keyid: plan.keyid, calls: [asked] });
    const decision = judgement.decide(asked);
    if (decision.decision !== 'deny') return decision;
    const advice = judgement.advise(asked, await this.desk.oldest(tx, judgement, asked));
    throw deniedByPolicy(operation.contract, decision, advice, now, whyDenied(decision));
  }
}

type WriteOf = Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>;

/** The client could have been stopped, or have lost its token or the scope, since it planned. */
async function requireClient(tx: Tx, now: number, plan: Plan): Promise<void> {
  const token = await findToken(tx, plan.keyid);
  const fault = token ? tokenFault(token, now) : 'revoked';
  if (!token || fault !== undefined) throw unfit(`The API token behind this plan is ${inWords(fault ?? 'revoked')}.`);
  const stop = await findSuspension(tx, { keyid: plan.keyid, agent: plan.agent, tool: plan.commitTool });
  if (stop) throw new Refusal('suspended', { detail: suspendedDetail(stop.kind) });
  if (!token.scopes.some((scope) => scope.endsWith(`:${plan.commitTool}`))) {
    throw new Refusal('insufficient_scope', { detail: 'The credential behind this plan does not cover its commit.' });
  }
}

const unfit = (detail: string): Refusal => new Refusal('plan_stale', { detail: `Nothing was applied. ${detail}` });
