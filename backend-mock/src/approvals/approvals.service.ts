import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { DecisionBody } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import type { Tx } from '../database/database.ts';
import { isPasskeyEvidence, type Credential, type Evidence } from '../people/credential.ts';
import { verifyPasskeyEvidence } from '../people/passkeys/passkey-evidence.ts';
import { findPasskey } from '../people/passkeys/passkeys-repository.ts';
import { findPerson, findPersonKey, type Person } from '../people/people-repository.ts';
import type { Plan } from '../plans/plan.ts';
import type { Release } from '../policy/decision.ts';
import { findPlan, lockPlan, movePlan } from '../plans/plans-repository.ts';
import { decisionIn, verifyEvidence } from './approval-evidence.ts';
import { mayDecide, quorum } from './approval-rules.ts';
import { approvalsOf, insertApproval, type Approval } from './approvals-repository.ts';

export interface DecidedBy {
  readonly person: Person;
  readonly credential: Credential;
  readonly evidence: Evidence;
}

/** Takes people's decisions, and proves them again when a commit rests on them. */
@Injectable()
export class ApprovalsService {
  readonly #settings: Settings;

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings;
  }

  /**
   * Records one signed decision and moves the plan.
   *
   * @param now milliseconds.
   * @throws Refusal `not_found`, `insufficient_scope`, `plan_stale`, `plan_expired`.
   */
  async decide(tx: Tx, now: number, body: DecisionBody, by: DecidedBy): Promise<{ plan: Plan; approvalId: string }> {
    const plan = await lockPlan(tx, body.planId);
    if (plan?.environment !== this.#settings.environment) {
      throw new Refusal('not_found', { detail: 'There is no such plan.' });
    }
    if (!mayDecide(by.person, plan.decision, plan.ownerId)) {
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
      keyid: by.credential.keyid,
      decision,
      reason: reason ?? null,
      assurance: by.credential.assurance,
      evidence: by.evidence,
      createdAt: now,
    });
    if (!inserted) throw new Refusal('plan_stale', { detail: `${by.person.name} has decided on this plan before.` });
    return { plan: await this.#move(tx, plan, decision), approvalId };
  }

  async #move(tx: Tx, plan: Plan, decision: 'approve' | 'reject'): Promise<Plan> {
    if (decision === 'approve' && !(await this.verified(tx, plan, plan.decision)).satisfied) return plan;
    if (!(await movePlan(tx, plan, decision === 'approve' ? 'release' : 'reject'))) {
      throw new Refusal('plan_stale', { detail: 'This plan was changed by another call meanwhile.' });
    }
    return (await findPlan(tx, plan.id)) ?? plan;
  }

  /**
   * Counts the approvals that hold now: signature verified again from the stored evidence, key and person still active,
   * the person still allowed to decide, each person once.
   */
  async verified(tx: Tx, plan: Plan, release: Release): Promise<{ satisfied: boolean; ids: string[] }> {
    const people = new Set<string>();
    const ids: string[] = [];
    for (const approval of await approvalsOf(tx, plan.id)) {
      const person = await findPerson(tx, approval.personId);
      if (!person || !mayDecide(person, release, plan.ownerId)) continue;
      const signed = await this.#signed(tx, approval, plan);
      if (signed?.decision === 'reject') return { satisfied: false, ids: [] };
      if (signed?.decision !== 'approve') continue;
      people.add(person.id);
      ids.push(approval.id);
    }
    return { satisfied: people.size >= quorum(release.approval), ids };
  }

  /** What the person signed, with a credential that is theirs and active now; undefined when anything does not hold. */
  async #signed(tx: Tx, { evidence, keyid, personId }: Approval, plan: Plan): Promise<DecisionBody | undefined> {
    if (!isPasskeyEvidence(evidence)) {
      const key = await findPersonKey(tx, keyid);
      const holds = this.#settings.acceptsKeyFiles && key?.state === 'active' && key.personId === personId;
      return holds ? verifyEvidence(evidence, plan, key.publicX) : undefined;
    }
    const passkey = await findPasskey(tx, keyid);
    if (passkey?.state !== 'active' || passkey.personId !== personId) return undefined;
    const isTheirs = evidence.credentialId === keyid;
    const act = isTheirs ? verifyPasskeyEvidence(evidence, passkey.publicKey, this.#settings.relyingParty) : undefined;
    const isHere = act?.environment === this.#settings.environment && act.person === personId;
    return isHere ? decisionIn(act, plan) : undefined;
  }

  /** Why people said no, in their words; null when nobody gave a reason. */
  async rejectionReason(tx: Tx, planId: string): Promise<string | null> {
    const rejection = (await approvalsOf(tx, planId)).find((approval) => approval.decision === 'reject');
    return rejection?.reason ?? null;
  }
}
