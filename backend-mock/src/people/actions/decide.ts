import { decisionBody } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import { planForPeople } from '../../plans/plan-view.ts';
import { defineAction, type PeopleAction } from '../action.ts';

/** Approves or rejects one plan. The signed request is kept and verified again by the commit. */
const decide = (name: 'approve' | 'reject'): PeopleAction =>
  defineAction({
    name,
    roles: ['owner', 'reviewer', 'support-lead'],
    arguments: decisionBody,
    async run(body, { tx, now, person, key, evidence, settings, approvals }) {
      if (body.decision !== name) {
        throw new Refusal('invalid_arguments', {
          detail: `The decision sent here is "${name}".`,
          errors: [{ pointer: '/decision', message: `"${name}"` }],
        });
      }
      const { plan, approvalId } = await approvals.decide(tx, now, body, { person, key, evidence });
      return {
        body: planForPeople(settings, plan),
        entry: { plan: plan.id, approvals: [approvalId], details: { assurance: key.assurance } },
      };
    },
  });

export const approve = decide('approve');
export const reject = decide('reject');
