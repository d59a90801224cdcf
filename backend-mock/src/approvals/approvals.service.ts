import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ApprovalLevel, DecisionBody } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import { findPerson, findPersonKey, type Person, type PersonKey } from '../people/people-repository.ts';
import type { Plan } from '../plans/plan.ts';
import { findPlan, movePlan } from '../plans/plans-repository.ts';
import { verifyEvidence, type ApprovalEvidence } from './approval-evidence.ts';
import { mayDecide, quorum } from './approval-rules.ts';
import { approvalsOf, insertApproval } from './approvals-repository.ts';

export interface DecidedBy {
  readonly person: Person;
  readonly key: PersonKey;
  readonly evidence: ApprovalEvidence;
}

/** Takes people's decisions, and proves them again when a commit rests on them. */
@Injectable()
export class ApprovalsService {
  /**
   * Records one signed decision and moves the plan.
   *
   * @param now milliseconds.
   * @throws Refusal `not_found`, `insufficient_scope`, `plan_stale`, `plan_expired`.
   */
  async decide(tx: Tx, now: number, body: DecisionBody, by: DecidedBy): Promise<{ plan: Plan; approvalId: string }> {
    const plan = await findPlan(tx, body.planId);
    if (!plan) throw new Refusal('not_found', { detail: 'There is no such plan.' });
    if (!mayDecide(by.person, plan.decision.approval, plan.ownerId)) {
      throw new Refusal('insufficient_scope', {
        detail: `This plan is decided by its ${plan.decision.approval.replace('_', ' ')}, which ${by.person.name} is not.`,
        conditions: [`approval:${plan.decision.approval}`],
      });
    }
    if (body.planDigest !== plan.digest || body.shownDigest !== plan.shownDigest) {
      throw new Refusal('plan_stale', { detail: 'What was shown is not this plan. Look at it again before deciding.' });
    }
    if (plan.expiresAt <= now || plan.state === 'expired') {
      throw new Refusal('plan_expired', { detail: 'This plan has expired; the agent has to make a new one.' });
    }
    if (plan.state !== 'pending_approval') {
      throw new Refusal('plan_stale', { detail: `This plan is ${plan.state} already; nothing is left to decide.` });
    }
    const approvalId = randomUUID();
    const { decision, reason } = body;
    const inserted = await insertApproval(tx, {
      id: approvalId,
      planId: plan.id,
      personId: by.person.id,
      keyid: by.key.keyid,
      decision,
      reason: reason ?? null,
      assurance: by.key.assurance,
      evidence: by.evidence,
      createdAt: now,
    });
    if (!inserted) throw new Refusal('plan_stale', { detail: `${by.person.name} has decided on this plan before.` });
    return { plan: await this.#move(tx, plan, decision), approvalId };
  }

  async #move(tx: Tx, plan: Plan, decision: 'approve' | 'reject'): Promise<Plan> {
    if (decision === 'approve' && !(await this.verified(tx, plan, plan.decision.approval)).satisfied) return plan;
    if (!(await movePlan(tx, plan, decision === 'approve' ? 'release' : 'reject'))) {
      throw new Refusal('plan_stale', { detail: 'This plan was changed by another call meanwhile.' });
    }
    return (await findPlan(tx, plan.id)) ?? plan;
  }

  /**
   * Counts the approvals that hold now: signature verified again from the stored evidence, key and person still active,
   * the person still allowed to decide at this level, each person once.
   */
  async verified(tx: Tx, plan: Plan, level: ApprovalLevel): Promise<{ satisfied: boolean; ids: string[] }> {
    const people = new Set<string>();
    const ids: string[] = [];
    for (const approval of await approvalsOf(tx, plan.id)) {
      const key = await findPersonKey(tx, approval.keyid);
      const person = await findPerson(tx, approval.personId);
      if (!key || !person || key.state !== 'active' || key.personId !== person.id) continue;
      if (!mayDecide(person, level, plan.ownerId)) continue;
      const signed = verifyEvidence(approval.evidence, plan, key.publicX);
      if (signed?.decision === 'reject') return { satisfied: false, ids: [] };
      if (signed?.decision !== 'approve') continue;
      people.add(person.id);
      ids.push(approval.id);
    }
    return { satisfied: people.size >= quorum(level), ids };
  }

  /** Why people said no, in their words; null when nobody gave a reason. */
  async rejectionReason(tx: Tx, planId: string): Promise<string | null> {
    const rejection = (await approvalsOf(tx, planId)).find((approval) => approval.decision === 'reject');
    return rejection?.reason ?? null;
  }
}
