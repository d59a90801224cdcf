import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { digestOfBytes, digestOfJson } from '@narrow-deputies/signing';
import type { ApprovalLevel } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import type { Proposal } from '../operations/operation.ts';
import type { RegisteredOperation } from '../operations/registry.ts';
import type { Call } from '../pipeline/call.ts';
import { askedCall } from '../policy/asked-call.ts';
import { deniedByPolicy, suspendForAbuse, whyDenied } from '../policy/denied.ts';
import type { AskedCall } from '../policy/judgement.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import { PolicyDesk } from '../policy/policy-desk.ts';
import { readableArguments } from '../policy/readable-arguments.ts';
import { digestPlan } from './plan-digest.ts';
import type { Plan } from './plan.ts';
import { nextState } from './plan-state.ts';
import { countOpen, expirePlans, findOpenTwin, insertPlan } from './plans-repository.ts';

const MINUTE_MS = 60_000;
/** How long a plan lives: short where the agent's own person is at hand, a day where somebody else has to look. */
const LIFE_MS: Readonly<Record<ApprovalLevel, number>> = {
  none: 30 * MINUTE_MS,
  owner: 30 * MINUTE_MS,
  reviewer: 24 * 60 * MINUTE_MS,
  two_reviewers: 24 * 60 * MINUTE_MS,
};
export const OPEN_PER_CLIENT = 10;
export const OPEN_PER_OWNER = 30;

type WriteOf = Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>;

/** Makes plans of proposals. */
@Injectable()
export class PlansService {
  readonly #settings: Settings;
  readonly #desk: PolicyDesk;

  constructor(@Inject(Settings) settings: Settings, @Inject(PolicyDesk) desk: PolicyDesk) {
    this.#settings = settings;
    this.#desk = desk;
  }

  /**
   * Stores a proposal as a plan, or finds the open plan that would do the same.
   *
   * @throws Refusal `denied_by_policy` where the commit would be denied now, `too_many_plans`.
   */
  async store(
    call: Call,
    operation: Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>,
    proposal: Proposal,
  ): Promise<{ plan: Plan; repeated: boolean }> {
    const decision = await this.#decideCommit(call, operation, proposal);
    const plan = this.#compose(call, operation, proposal, decision);
    const tx = call.get('tx');
    const now = call.get('now');
    const open = await countOpen(tx, call.get('principal'), now, plan.fingerprint);
    if (open.overdue) await expirePlans(tx, now);
    const twin = open.twin ? await findOpenTwin(tx, call.get('principal'), plan.fingerprint) : undefined;
    if (twin) return { plan: twin, repeated: true };
    if (open.client >= OPEN_PER_CLIENT || open.owner >= OPEN_PER_OWNER) {
      throw new Refusal('too_many_plans', {
        detail: 'Too many plans are open. Commit or reject some, or wait until they expire.',
        conditions: ['fewer_open_plans'],
      });
    }
    const contents = proposal.contents.map(({ name, bytes }) => ({ name, bytes, digest: digestOfBytes(bytes) }));
    await insertPlan(tx, plan, contents);
    return { plan, repeated: false };
  }

  /** What the commit of this proposal will need. The decision that counts is the one on the commit itself. */
  async #decideCommit(call: Call, operation: WriteOf, proposal: Proposal): Promise<PolicyDecision> {
    const { agent, keyid } = call.get('token');
    const now = call.get('now');
    const asked: AskedCall = askedCall({
      ...call.get('principal'),
      agent,
      runId: call.get('grant').runId,
      now,
      contract: operation.pair,
      arguments: readableArguments(operation.contract, call.get('arguments')),
      preview: proposal.preview,
      sameness: '',
    });
    const judgement = call.get('judgement').sparingTask(asked);
    call.establish({ judgement });
    const decision = judgement.decide(asked);
    if (decision.decision !== 'deny') return decision;
    if (decision.suspend) throw suspendForAbuse(keyid, now, decision.signs);
    const advice = judgement.advise(asked, await this.#desk.oldest(call.get('tx'), judgement, asked));
    throw deniedByPolicy(operation.pair, decision, advice, now, whyDenied(decision));
  }

  #compose(call: Call, operation: WriteOf, proposal: Proposal, decision: PolicyDecision): Plan {
    const { environment } = this.#settings;
    const { taskId } = call.get('judgement');
    const { clientId, ownerId } = call.get('principal');
    const { agent, keyid } = call.get('token');
    const now = call.get('now');
    const expiresAt = now + LIFE_MS[decision.approval];
    const { digest, fingerprint, input } = digestPlan(
      {
        tool: operation.pair.name,
        schemaDigest: operation.schemaDigest,
        arguments: proposal.arguments,
        asked: readableArguments(operation.contract, call.get('arguments')),
        contents: Object.fromEntries(proposal.contents.map(({ name, bytes }) => [name, digestOfBytes(bytes)])),
        resources: proposal.resources,
        client: clientId,
        owner: ownerId,
        environment,
        task: taskId,
        policyVersion: decision.policyVersion,
      },
      expiresAt,
    );
    return {
      id: randomUUID(),
      planTool: operation.contract.name,
      commitTool: operation.pair.name,
      clientId,
      keyid,
      ownerId,
      agent,
      environment,
      runId: call.get('grant').runId,
      taskId,
      traceId: call.get('traceId'),
      state: nextState('planned', decision.decision === 'allow' ? 'release' : 'ask') ?? 'planned',
      digest,
      fingerprint,
      digestInput: input,
      arguments: proposal.arguments,
      resources: proposal.resources,
      preview: proposal.preview,
      shownDigest: digestOfJson(proposal.preview),
      decision,
      risk: decision.risk,
      createdAt: now,
      expiresAt,
      committedAt: null,
      receipt: null,
      erasedAt: null,
    };
  }
}
