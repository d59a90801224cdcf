import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import { ApprovalsService } from '../approvals/approvals.service.ts';
import { rfc3339 } from '../common/clock.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { isUniqueViolation, type Tx } from '../database/database.ts';
import type { OperationContext, StoredProposal } from '../operations/operation.ts';
import type { RegisteredOperation } from '../operations/registry.ts';
import type { TaskUse } from '../tasks/task.ts';
import { TasksService } from '../tasks/tasks.service.ts';
import { asksMore, stricter, type PolicyDecision, type Release } from '../policy/decision.ts';
import type { Plan } from './plan.ts';
import { isUnchanged } from './plan-integrity.ts';
import { approvalUrl } from './plan-view.ts';
import { askForMore, markCommitted, movePlan, storedContents, type StoredContent } from './plans-repository.ts';
import { findMoved, takeVersions, type Moved } from './resource-versions.ts';

/** What a commit is about. */
export interface Committing {
  readonly plan: Plan;
  /** Policy's second and binding decision. */
  readonly decision: PolicyDecision;
  /** Names the entry that the commit will have. */
  readonly auditId: string;
  /** The task that covers the commit, and what it asks of it; undefined for none. */
  readonly task?: { readonly id: string; readonly use: TaskUse } | undefined;
}

/** Who has to look where what policy counted on does not hold. */
const OWNER: Release = { approval: 'owner', reviewerRoles: [] };

/** Applies one plan, once. */
@Injectable()
export class CommitService {
  readonly #settings: Settings;
  readonly #approvals: ApprovalsService;
  readonly #tasks: TasksService;

  constructor(
    @Inject(Settings) settings: Settings,
    @Inject(ApprovalsService) approvals: ApprovalsService,
    @Inject(TasksService) tasks: TasksService,
  ) {
    this.#settings = settings;
    this.#approvals = approvals;
    this.#tasks = tasks;
  }

  /**
   * Everything of a commit but its audit entry, inside the call's transaction.
   *
   * @returns the receipt, and the approvals that it rests on.
   * @throws Refusal for every reason that WIRE.md names for a commit.
   */
  async commit(
    { plan, decision, auditId, task }: Committing,
    operation: Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>,
    { tx, now }: Pick<OperationContext, 'tx' | 'now'>,
  ): Promise<{ receipt: JsonObject; approvals: string[] }> {
    const { clientId, ownerId } = plan;
    const context: OperationContext = { tx, now, principal: { clientId, ownerId } };
    if (plan.state === 'rejected') throw await this.#rejected(tx, plan);
    requireOpen(plan, now);
    const contents = await storedContents(tx, plan.id);
    if (!isUnchanged(plan, contents, this.#settings.environment)) throw tampered(plan);
    const released = await this.#release({ plan, decision, auditId, task }, context);
    if ('approval' in released) {
      // Before a person is asked: an approval of a plan that cannot be applied helps nobody.
      const before = await findMoved(tx, plan.resources);
      if (before) throw await stale(operation, plan, contents, before, context);
      throw this.#unapproved(plan, released, decision, now);
    }
    const approvals = released.ids;
    const moved = await takeVersions(tx, plan.resources);
    if (moved) throw await stale(operation, plan, contents, moved, context);
    const result = await this.#apply(operation, plan, contents, context);
    const receipt: JsonObject = {
      planId: plan.id,
      planDigest: plan.digest,
      committedAt: rfc3339(now),
      auditId,
      result,
    };
    // Last, with its receipt: the row has been this transaction's alone since it was read.
    if (!(await markCommitted(tx, plan, now, receipt))) throw raced(plan);
    return { receipt, approvals };
  }

  async #rejected(tx: Tx, plan: Plan): Promise<Refusal> {
    const reason = await this.#approvals.rejectionReason(tx, plan.id);
    const said = reason === null ? '' : ` Their reason: ${JSON.stringify(reason)}.`;
    return new Refusal('approval_rejected', {
      detail: `A person rejected this plan.${said} Do not propose the same again unasked.`,
    });
  }

  /**
   * What releases the plan now: approvals, a task, or policy alone. The second decision may raise what the first one
   * required, never lower it.
   *
   * @returns the approvals that the commit rests on; or whom it still waits for.
   */
  async #release(
    { plan, decision, task }: Committing,
    { tx, now }: OperationContext,
  ): Promise<{ readonly ids: string[] } | Release> {
    const release = stricter(decision, plan.decision);
    if (plan.state !== 'released' || release.approval !== 'none') {
      const approvals = await this.#approvals.verified(tx, plan, release);
      if (plan.state !== 'released' || !approvals.satisfied) return release;
      if (approvals.ids.length > 0) return approvals;
    }
    if (task && !(await this.#tasks.use(tx, now, task.id, task.use))) return stricter(plan.decision, OWNER);
    return { ids: [] };
  }

  /** Where this asks for more than the plan did, the plan waits for a person again. */
  #unapproved(plan: Plan, release: Release, decision: PolicyDecision, now: number): Refusal {
    return new Refusal(
      'approval_required',
      {
        detail: this.#settings.hint(
          `A person has to approve this plan first. Tell the user to open ${approvalUrl(this.#settings, plan.id)} or run "npm run deputies -- approvals show ${plan.id}"; then commit the same plan again. Do not make a new plan.`,
        ),
        conditions: [`approval:${release.approval}`],
        planId: plan.id,
        approvalUrl: approvalUrl(this.#settings, plan.id),
        expiresAt: rfc3339(plan.expiresAt),
        retryAfter: Math.max(1, Math.min(15, Math.ceil((plan.expiresAt - now) / 1000))),
      },
      asksMore(release, plan.decision) ? { persist: (later) => askForMore(later, plan, release, decision) } : {},
    );
  }

  async #apply(
    operation: Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>,
    plan: Plan,
    contents: Contents,
    context: OperationContext,
  ): Promise<JsonObject> {
    try {
      return await operation.handler.apply(storedProposal(plan, contents), context);
    } catch (error) {
      const created = plan.resources.find((resource) => resource.version === 0);
      // The transaction is broken on one of the engines: nothing can be asked of it any more.
      if (created && isUniqueViolation(error)) throw refuseStale(plan, { resource: created, now: 1 }, []);
      throw error;
    }
  }
}

/** @throws Refusal for a plan whose life is over without a commit. */
function requireOpen(plan: Plan, now: number): void {
  const again = `Make a new plan with ${plan.planTool}.`;
  if (plan.state === 'stale')
    throw new Refusal('plan_stale', { detail: `The world changed since this plan. ${again}` });
  if (plan.state === 'revoked') throw new Refusal('plan_expired', { detail: `This plan was revoked. ${again}` });
  if (plan.state === 'expired' || plan.expiresAt <= now) {
    throw new Refusal(
      'plan_expired',
      { detail: `This plan has expired. ${again}` },
      { persist: (tx) => movePlan(tx, plan, 'expire') },
    );
  }
}

type Contents = ReadonlyMap<string, StoredContent>;

const storedProposal = (plan: Plan, contents: Contents): StoredProposal => ({
  planId: plan.id,
  arguments: plan.arguments,
  resources: plan.resources,
  preview: plan.preview,
  async content(name) {
    const stored = contents.get(name);
    if (!stored) throw older(plan);
    return stored.bytes;
  },
});

async function stale(
  { handler }: Extract<RegisteredOperation, { kind: 'plan' | 'commit' }>,
  plan: Plan,
  contents: Contents,
  moved: Moved,
  context: OperationContext,
): Promise<Refusal> {
  return refuseStale(plan, moved, (await handler.changes?.(storedProposal(plan, contents), context)) ?? []);
}

const refuseStale = (plan: Plan, { resource, now }: Moved, changes: readonly ProblemDetail[]): Refusal =>
  new Refusal(
    'plan_stale',
    {
      detail: `Nothing was changed: the ${resource.type} "${resource.id}" is not as this plan saw it. Make a new plan with ${plan.planTool}.`,
      errors: [
        {
          pointer: `/resources/${resource.type}/${resource.id}`,
          message: `planned at version ${resource.version}, now at version ${now}${resource.version === 0 ? ' (it did not exist)' : ''}${now === 0 ? ' (it is gone)' : ''}`,
        },
        ...changes,
      ],
      conditions: ['new_plan'],
    },
    {
      // An approval that was to be applied at once is undone with it: then the plan waits again.
      persist: async (tx) =>
        (await movePlan(tx, plan, 'find_stale')) ||
        movePlan(tx, { id: plan.id, state: 'pending_approval' }, 'find_stale'),
    },
  );

const raced = (plan: Plan): Refusal =>
  new Refusal('plan_stale', { detail: `This plan was changed by another call. Make a new one with ${plan.planTool}.` });

/** Its contents are those that its digest covers: one that is missing never was there. */
const older = (plan: Plan): Refusal =>
  new Refusal('plan_stale', {
    detail: `This plan was made by an earlier version and lacks what its commit needs. Make a new one with ${plan.planTool}.`,
    conditions: ['new_plan'],
  });

const tampered = (plan: Plan): Refusal =>
  new Refusal(
    'plan_stale',
    { detail: `This plan is not as it was stored; nothing was changed. Make a new one with ${plan.planTool}.` },
    { internal: `plan ${plan.id} does not match its own digest: the store was changed by hand` },
  );
