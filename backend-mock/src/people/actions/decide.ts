import { decisionBody } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import { findPlan } from '../../plans/plans-repository.ts';
import { planForPeople } from '../../plans/plan-view.ts';
import { defineAction, type PeopleAction } from '../action.ts';

const DECIDERS = ['owner', 'reviewer', 'support-lead'] as const;

/** @throws Refusal `invalid_arguments` where body and address say different things. */
function requireDecision(said: string, expected: string): void {
  if (said === expected) return;
  throw new Refusal('invalid_arguments', {
    detail: `The decision sent here is "${expected}".`,
    errors: [{ pointer: '/decision', message: `"${expected}"` }],
  });
}

/** Approves or rejects one plan. The signed request is kept and verified again by the commit. */
const decide = (name: 'approve' | 'reject'): PeopleAction =>
  defineAction({
    name,
    roles: DECIDERS,
    arguments: decisionBody,
    async run(body, { tx, now, person, credential, evidence, settings, approvals }) {
      requireDecision(body.decision, name);
      const { plan, approvalId } = await approvals.decide(tx, now, body, { person, credential, evidence });
      return {
        body: planForPeople(settings, plan),
        entry: { plan: plan.id, approvals: [approvalId], details: { assurance: credential.assurance } },
      };
    },
  });

export const approve = decide('approve');
export const reject = decide('reject');

/** Approves a plan and, when that releases it, commits it at once as its client, the approver being the cause. */
export const approveAndApply = defineAction({
  name: 'approve_and_apply',
  roles: DECIDERS,
  arguments: decisionBody,
  async run(body, { tx, now, person, credential, evidence, settings, approvals, releases, source }) {
    requireDecision(body.decision, 'approve');
    await releases.prepare(tx, body.planId);
    const { plan, approvalId } = await approvals.decide(tx, now, body, { person, credential, evidence });
    const receipt =
      plan.state === 'released' ? await releases.apply(tx, now, plan, { approver: person.id, source }) : null;
    return {
      body: { ...planForPeople(settings, (await findPlan(tx, plan.id)) ?? plan), receipt },
      entry: {
        plan: plan.id,
        approvals: [approvalId],
        details: { assurance: credential.assurance, applied: receipt !== null },
      },
    };
  },
});
