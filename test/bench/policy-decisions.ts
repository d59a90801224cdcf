import { performance } from 'node:perf_hooks';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { compilePolicy, decide, noHistory, type CompiledPolicy } from '@narrow-deputies/policy';
import { CALL, CATALOGUE, cedarText, policyText } from './policy-rules.ts';
import { median } from './statistics.ts';

/** Nanoseconds of one decision, one number for each turn. */
export interface PolicyTimes {
  /** 20 rules. */
  readonly ours: readonly number[];
  readonly cedar: readonly number[];
  /** 2,000 rules, of which as many name the tool as of the 20. */
  readonly ofMany: readonly number[];
}

function compiled(rules: number): CompiledPolicy {
  const outcome = compilePolicy({ file: 'bench.yaml', policy: policyText(rules), packs: {} }, CATALOGUE);
  if (!outcome.ok) throw new Error(`The policy of the benchmark has a fault: ${outcome.faults[0]?.message}`);
  return outcome.policy;
}

function decideWith(policy: CompiledPolicy): () => boolean {
  return () => decide(policy, CALL, noHistory).effect === 'allow';
}

const CEDAR_SET = 'bench';

function cedarDecision(): () => boolean {
  const parsed = preparsePolicySet(CEDAR_SET, { staticPolicies: cedarText(20) });
  if (parsed.type !== 'success') throw new Error(`Cedar refuses the rules: ${JSON.stringify(parsed)}`);
  const { amount, currency, priority } = CALL.arguments as { amount: number; currency: string; priority: string };
  return () => {
    const answer = statefulIsAuthorized({
      principal: { type: 'Agent', id: CALL.client },
      action: { type: 'Action', id: CALL.tool },
      resource: { type: 'Ticket', id: '1842' },
      context: { agent: CALL.agent, amount, currency, priority },
      preparsedPolicySetId: CEDAR_SET,
      entities: [],
    });
    return answer.type === 'success' && answer.response.decision === 'allow';
  };
}

/** @returns nanoseconds of one run. */
function timed(run: () => boolean, times: number): number {
  const started = performance.now();
  for (let at = 0; at < times; at++) if (!run()) throw new Error('The decision is not the expected one.');
  return ((performance.now() - started) * 1e6) / times;
}

/** Takes turns, so that whatever else the machine does touches all alike. */
export function measureDecisions(turns: number): PolicyTimes {
  const [few, many, cedar] = [decideWith(compiled(20)), decideWith(compiled(2000)), cedarDecision()];
  const times = { ours: [] as number[], cedar: [] as number[], ofMany: [] as number[] };
  timed(few, 20_000);
  timed(many, 20_000);
  timed(cedar, 500);
  for (let turn = 0; turn < turns; turn++) {
    times.ours.push(timed(few, 20_000));
    times.cedar.push(timed(cedar, 500));
    times.ofMany.push(timed(many, 20_000));
  }
  return times;
}

export const ratio = (one: readonly number[], other: readonly number[]): number => median(one) / median(other);
