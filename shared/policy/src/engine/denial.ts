import type { PolicyCall } from './call.ts';
import type { Condition, State } from './conditions.ts';
import { ABUSE, applies, decideState, exceedsBound, matches, NO_RULE, stateOf } from './decide.ts';
import type { Reading } from './measure.ts';
import type { CompiledPolicy, Program, Rule } from './program.ts';
import { givesWayAt } from './waiting.ts';

/** What a caller that was denied may be told: kinds of things, never a threshold, a rule or a reason of the house. */
export interface DenialAdvice {
  /** Kinds of things that would satisfy, sorted; empty where nothing the caller can change would. */
  readonly conditions: readonly Condition[];
  /**
   * Milliseconds since the epoch from which the same call is no longer denied, if nothing else happens and its score stays;
   * later than need be where sums decide. Null where waiting does not help.
   */
  readonly retryAt: number | null;
  /** Whether a task is all that is missing. */
  readonly taskMissing: boolean;
}

const NO_ADVICE: DenialAdvice = { conditions: [], retryAt: null, taskMissing: false };

/** Finds out what would have helped a call that {@link decide} denied. Costs more than deciding: only denials ask. */
export function adviseDenied(policy: CompiledPolicy, call: PolicyCall, read: Reading): DenialAdvice {
  const program = policy.programs.get(call.tool);
  if (!program) return NO_ADVICE;
  const state = stateOf(program, call, read);
  const { effect, rules } = decideState(policy, program, state);
  if (effect !== 'deny' || rules.includes(ABUSE)) return NO_ADVICE;
  const retryAt = givesWayAt(program, state);
  if (!rules.includes(NO_RULE)) return { conditions: blocking(program, state), retryAt, taskMissing: false };
  const closest = nearest(program, state);
  const taskMissing = !call.task && closest.some((missing) => missing.length === 1 && missing[0] === 'task');
  return { conditions: sorted(closest.flat()), retryAt, taskMissing };
}

/** One test of a denying rule has to turn out otherwise, and a limit has to have room. */
function blocking({ rules, limits }: Program, state: State): Condition[] {
  const denying = rules.filter((rule) => rule.effect === 'deny' && matches(rule, state));
  const exceeded = limits
    .filter((limit) => limit.effect === 'deny' && applies(limit, state))
    .flatMap(({ bounds }) => bounds.filter((bound) => exceedsBound(bound, state)));
  return sorted([
    ...denying.flatMap(({ tests }) => tests.map(({ about }) => about)),
    ...exceeded.map(({ sum }): Condition => (sum === null ? 'fewer_calls' : 'smaller_amount')),
  ]);
}

/** Nothing matched: of the rules that came closest, what each was missing. */
function nearest({ rules }: Program, state: State): Condition[][] {
  const giving = rules.filter(({ effect }) => effect !== 'deny').map((rule) => missing(rule, state));
  const fewest = Math.min(...giving.map(({ length }) => length));
  return giving.filter(({ length }) => length === fewest);
}

const missing = ({ tests, effect }: Rule, state: State): Condition[] =>
  tests
    .filter((test) => {
      const verdict = test.run(state);
      return verdict === 'no' || (verdict === 'unclear' && effect === 'allow');
    })
    .map(({ about }) => about);

const sorted = (conditions: readonly Condition[]): Condition[] => [...new Set(conditions)].toSorted();
