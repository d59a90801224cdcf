import { askedFor } from '../../plans/plan-integrity.ts';
import { deniedByPolicy, suspendForAbuse } from '../../policy/denied.ts';
import type { AskedCall, Judgement } from '../../policy/judgement.ts';
import { askedCall } from '../../policy/asked-call.ts';
import type { PolicyDesk } from '../../policy/policy-desk.ts';
import { readableArguments } from '../../policy/readable-arguments.ts';
import type { Sameness } from '../../policy/sameness.ts';
import { activateProbePolicy } from '../../self-check/probe-policy.ts';
import { insertUnapprovedPlan } from '../../self-check/stand-in.ts';
import { coveringTask } from '../../tasks/tasks-repository.ts';
import type { Call } from '../call.ts';
import type { Check } from '../check.ts';
import { taskUseOf } from '../task-use.ts';

/** Policy decides; for a commit this is the binding decision. What it requires is looked for by the commit itself. */
export const decision = (desk: PolicyDesk, sameness: Sameness): Check => ({
  name: 'decision',
  stage: 'decide',
  proofs: [
    {
      code: 'denied_by_policy',
      async attempt(probe) {
        let planId = '';
        await probe.options.prepare(async (tx, now) => {
          await activateProbePolicy(tx, probe.options, 'deny', now);
          planId = await insertUnapprovedPlan(tx, probe.options, now);
        });
        return probe.send({ args: { planId } });
      },
    },
    {
      code: 'approval_required',
      async attempt(probe) {
        let planId = '';
        await probe.options.prepare(async (tx, now) => {
          await activateProbePolicy(tx, probe.options, 'require_approval', now);
          planId = await insertUnapprovedPlan(tx, probe.options, now);
        });
        return probe.send({ args: { planId } });
      },
    },
  ],
  async run(call) {
    const asked = await ask(call, sameness);
    const use = taskUseOf(call);
    const task = coveringTask(use, call.get('now'));
    const { keyid } = call.get('token');
    const found = await desk.judge(call.get('tx'), { keyid, calls: [asked, ...expected(call, asked)], task });
    // Whether a plan's commit needs the task is seen once it is composed.
    const judgement = call.operation.kind === 'commit' ? found.sparingTask(asked) : found;
    const decided = judgement.decide(asked);
    call.establish({ decision: decided, judgement });
    if (decided.decision === 'deny') throw await refuse(desk, call, judgement, asked);
  },
});

/** The call itself. A commit is judged by what was planned. */
async function ask(call: Call, sameness: Sameness): Promise<AskedCall> {
  const { operation, contract } = call;
  const plan = call.peek('plan');
  const tx = call.get('tx');
  const now = call.get('now');
  const args = call.get('arguments');
  return askedCall({
    ...call.get('principal'),
    agent: call.get('token').agent,
    runId: call.get('grant').runId,
    now,
    contract,
    arguments: plan && operation.kind === 'commit' ? askedFor(plan, operation.pair) : readableArguments(contract, args),
    ...(plan && { preview: plan.preview }),
    sameness: await sameness.of(tx, now, contract.name, plan?.arguments ?? args),
  });
}

/** The commit that a plan leads to: its history is looked up with the plan's own, and decided once it is composed. */
const expected = ({ operation }: Call, asked: AskedCall): AskedCall[] =>
  operation.kind === 'plan' ? [{ ...asked, tool: operation.pair.name }] : [];

async function refuse(desk: PolicyDesk, call: Call, judgement: Judgement, asked: AskedCall): Promise<Error> {
  const now = call.get('now');
  const decided = call.get('decision');
  if (decided.suspend) return suspendForAbuse(call.get('token').keyid, now, decided.signs);
  const advice = judgement.advise(asked, await desk.oldest(call.get('tx'), judgement, asked));
  return deniedByPolicy(call.contract, decided, advice, now);
}
