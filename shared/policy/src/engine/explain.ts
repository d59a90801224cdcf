import type { PolicyCall } from './call.ts';
import type { Effect } from './catalogue.ts';
import type { State, Test, Verdict } from './conditions.ts';
import { applies, decideState, exceedsBound, matches, stateOf, type PolicyVerdict } from './decide.ts';
import type { Reading } from './measure.ts';
import type { CompiledPolicy, Factor, Program } from './program.ts';

/** Why one rule, limit or factor had its say, or had none. For people alone: it names thresholds. */
export interface Explained {
  readonly id: string;
  readonly what: 'rule' | 'limit' | 'factor';
  readonly effect: Effect | null;
  /** Whether it had its say. */
  readonly matched: boolean;
  /** What stood against it, or for a limit how far it is used. */
  readonly because: readonly string[];
}

export interface Explanation {
  readonly verdict: PolicyVerdict;
  /** Of every rule, limit and factor that can have a say in calls of this tool. */
  readonly parts: readonly Explained[];
}

/** Decides one call and says of each part of the policy whether it matched, or why not. */
export function explain(policy: CompiledPolicy, call: PolicyCall, read: Reading): Explanation | undefined {
  const program = policy.programs.get(call.tool);
  if (!program) return undefined;
  const state = stateOf(program, call, read);
  const verdict = decideState(policy, program, state);
  const parts = [...program.factors.map((factor) => ofFactor(factor, state)), ...ofRules(program, state)];
  return { verdict, parts: [...parts, ...ofLimits(program, state)] };
}

const failed = (tests: readonly Test[], state: State): string[] =>
  tests.flatMap((test) => {
    const verdict: Verdict = test.run(state);
    return verdict === 'yes' ? [] : [verdict === 'no' ? `${test.field}: does not hold` : `${test.field}: unclear`];
  });

const ofRules = ({ rules }: Program, state: State): Explained[] =>
  rules.map((rule) => ({
    id: rule.id,
    what: 'rule',
    effect: rule.effect,
    matched: matches(rule, state),
    because: failed(rule.tests, state),
  }));

const ofLimits = ({ limits }: Program, state: State): Explained[] =>
  limits.map((limit) => {
    if (!applies(limit, state)) {
      return { id: limit.id, what: 'limit', effect: limit.effect, matched: false, because: failed(limit.tests, state) };
    }
    const exceeded = limit.bounds.some((bound) => exceedsBound(bound, state));
    const because = limit.bounds.map(
      ({ at, maximum }) => `${state.values[at]?.value ?? 0} before this call, ${maximum} at most`,
    );
    return { id: limit.id, what: 'limit', effect: limit.effect, matched: exceeded, because };
  });

function ofFactor(factor: Factor, state: State): Explained {
  const holds = applies(factor, state);
  const score = holds ? factor.score(state) : 0;
  const because = holds ? [`adds ${score}`] : failed(factor.tests, state);
  return { id: factor.name, what: 'factor', effect: null, matched: score > 0, because };
}
