import { planId } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { Refusal } from '../../common/refusal.ts';
import { contentsOf, findPlan, listPending } from '../../plans/plans-repository.ts';
import { planForPeople } from '../../plans/plan-view.ts';
import { defineAction } from '../action.ts';
import { findPerson } from '../people-repository.ts';

/** Plans that wait for a person. */
export const listPlans = defineAction({
  name: 'list_plans',
  reads: true,
  roles: ['owner', 'reviewer', 'support-lead', 'administrator'],
  arguments: z.strictObject({}),
  async run(_args, { tx, now, settings }) {
    const plans = await listPending(tx, now);
    return { body: { plans: plans.map((plan) => planForPeople(settings, plan)) } };
  },
});

/** One plan with the exact texts that it carries. */
export const showPlan = defineAction({
  name: 'show_plan',
  reads: true,
  roles: ['owner', 'reviewer', 'support-lead', 'administrator'],
  arguments: z.strictObject({ planId }),
  async run(args, { tx, settings }) {
    const plan = await findPlan(tx, args.planId);
    if (!plan) throw new Refusal('not_found', { detail: 'There is no such plan.' });
    const owner = await findPerson(tx, plan.ownerId);
    return {
      body: {
        plan: { ...planForPeople(settings, plan), owner: owner?.name ?? null },
        // What the plan's digest covers, so that whoever shows the plan can hold all of it against that digest.
        digestInput: plan.digestInput,
        contents: await contentsOf(tx, plan.id),
      },
      entry: { plan: plan.id },
    };
  },
});
