import type { Settings } from '../../common/settings.ts';
import { Refusal } from '../../common/refusal.ts';
import { decide } from '../../policy/default-policy.ts';
import { insertUnapprovedPlan } from '../../self-check/stand-in.ts';
import type { Check } from '../check.ts';

/** Policy decides; for a commit this is the binding decision. What it requires is looked for by the commit itself. */
export const decision = (settings: Settings): Check => ({
  name: 'decision',
  stage: 'decide',
  proofs: [
    {
      code: 'approval_required',
      async attempt(probe) {
        let planId = '';
        await probe.options.prepare(async (tx) => {
          planId = await insertUnapprovedPlan(tx, probe.options);
        });
        return probe.send({ args: { planId } });
      },
    },
  ],
  run(call) {
    const decided = decide(call.contract, { agent: call.get('token').agent, environment: settings.environment });
    call.establish({ decision: decided });
    if (decided.decision === 'deny') {
      throw new Refusal('denied_by_policy', { detail: `Policy does not allow ${call.contract.name} here.` });
    }
  },
});
