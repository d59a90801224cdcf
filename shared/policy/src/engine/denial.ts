import type { PolicyCall } from './call.ts';
import type { Condition, State, Test } from './conditions.ts';
import { ABUSE, applies, decideState, exceedsBound, matches, NO_RULE, stateOf } from './decide.ts';
import type { Reading } from './measure.ts';
import type { Bound, CompiledPolicy, Limit, Program, Rule } from './program.ts';

/** What a caller that was denied may be told: kinds of things, never a threshold, a rule or a reason of the house. */
export interface DenialAdvice {
  /** Kinds of things that would satisfy, sorted; empty where nothing the caller can change would. */
  readonly conditions: readonly Condition[];
  /** Milliseconds since the epoch from which the same call may be let through; null where waiting does not help. */
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
  if (rules.includes(NO_RULE)) return nearest(program, state);
  const blockers = [
    ...program.rules
      .filter((rule) => rule.effect === 'deny' && matches(rule, state))
      .map((rule) => ofRule(rule, state)),
    ...program.limits
      .filter((limit) => limit.effect === 'deny' && applies(limit, state))
      .flatMap((limit) => ofLimit(limit, state)),
  ];
  return together(blockers);
}

interface Blocker {
  readonly conditions: readonly Condition[];
  readonly passes: number | null;
}

/** One test of a denying rule has to turn out otherwise, whichever comes first. */
function ofRule({ tests }: Rule, state: State): Blocker {
  const times = tests.flatMap((test) => test.turns?.(state) ?? []);
  return { conditions: tests.map(({ about }) => about), passes: times.length > 0 ? Math.min(...times) : null };
}

function ofLimit({ bounds }: Limit, state: State): Blocker[] {
  return bounds
    .filter((bound) => exceedsBound(bound, state))
    .map((bound) => ({
      conditions: [bound.sum === null ? 'fewer_calls' : 'smaller_amount'],
      passes: passesAt(bound, state),
    }));
}

/** When the oldest call that was counted leaves the window; a bound that the call alone exceeds never passes. */
function passesAt({ at, window }: Bound, { values }: State): number | null {
  const oldest = values[at]?.oldest;
  return oldest === null || oldest === undefined ? null : oldest + window;
}

/** All of them have to give way. */
function together(blockers: readonly Blocker[]): DenialAdvice {
  const passing = blockers.flatMap(({ passes }) => passes ?? []);
  return {
    conditions: sorted(blockers.flatMap(({ conditions }) => conditions)),
    retryAt: passing.length > 0 && passing.length === blockers.length ? Math.max(...passing) : null,
    taskMissing: false,
  };
}

/** Nothing matched: the rules that came closest say what was missing. */
function nearest({ rules }: Program, state: State): DenialAdvice {
  const giving = rules
    .filter(({ effect }) => effect !== 'deny')
    .map(({ tests }) => tests.filter((test) => test.run(state) !== 'yes'))
    .toSorted((a, b) => a.length - b.length);
  const fewest = giving[0]?.length;
  const closest = giving.filter(({ length }) => length === fewest);
  const turns = closest.map((missing) => allTurn(missing, state)).filter((time) => time !== null);
  return {
    conditions: sorted(closest.flatMap((missing) => missing.map(({ about }) => about))),
    retryAt: turns.length > 0 ? Math.min(...turns) : null,
    taskMissing: closest.some((missing) => missing.length === 1 && missing[0]?.about === 'task'),
  };
}

function allTurn(missing: readonly Test[], state: State): number | null {
  const times = missing.map((test) => test.turns?.(state) ?? null);
  return times.every((time) => time !== null) ? Math.max(...times) : null;
}

const sorted = (conditions: readonly Condition[]): Condition[] => [...new Set(conditions)].toSorted();
