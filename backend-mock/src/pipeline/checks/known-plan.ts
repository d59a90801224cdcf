import type { JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import type { Settings } from '../../common/settings.ts';
import { taskCoversResources } from '../../grants/task-details.ts';
import { matchesItsDigests } from '../../plans/plan-integrity.ts';
import { lockPlan } from '../../plans/plans-repository.ts';
import { isSamePrincipal } from '../../principal/principal.ts';
import type { Check } from '../check.ts';

/**
 * The plan that a commit names: the caller's own, made for this tool. One that was committed answers with its receipt,
 * even after its expiry and under any policy. Another client's or owner's plan does not exist, nor does another environment's.
 */
export const knownPlan = ({ environment }: Settings): Check => ({
  name: 'known-plan',
  stage: 'repeat',
  proofs: [{ code: 'not_found', attempt: (probe) => probe.send() }],
  async run(call) {
    if (call.operation.kind !== 'commit') return undefined;
    const { planId } = call.get('arguments') as { planId: string };
    const plan = await lockPlan(call.get('tx'), planId);
    if (!plan || plan.environment !== environment || !isSamePrincipal(plan, call.get('principal'))) {
      throw new Refusal('not_found', { detail: `There is no such plan. Make one with ${call.operation.pair.name}.` });
    }
    if (plan.commitTool !== call.contract.name) {
      throw new Refusal('plan_kind_mismatch', { detail: `This plan is committed with ${plan.commitTool}.` });
    }
    taskCoversResources(call.get('grant').details, call.contract, plan.resources);
    call.establish({ plan });
    if (plan.erasedAt !== null && plan.state !== 'committed') {
      throw new Refusal('plan_expired', {
        detail: `This plan is over, and what it said was erased. Make a new one with ${plan.planTool}.`,
      });
    }
    // Before anything that the row says is believed: what policy decides about, or the receipt.
    if (!matchesItsDigests(plan, environment)) {
      throw new Refusal(
        'plan_stale',
        { detail: `This plan is not as it was stored; nothing was changed. Make a new one with ${plan.planTool}.` },
        { internal: `plan ${plan.id} does not match its own digest: the store was changed by hand` },
      );
    }
    if (plan.state !== 'committed' || plan.receipt === null) return undefined;
    const body: JsonObject = { receipt: plan.receipt, repeated: true };
    return { status: 200, headers: {}, body };
  },
});
