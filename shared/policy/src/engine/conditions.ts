import type { ConditionsSource, ConstraintSource, HoursSource } from '../language/condition-schema.ts';
import { durationMs, minuteOfDay } from '../language/duration.ts';
import type { PolicyCall } from './call.ts';
import { reaches, type Catalogue, type ToolFacts } from './catalogue.ts';
import { pointerTokens, valueAt, type JsonValue } from './json.ts';
import { DAYS, nextTime, within, type Hours, type Zone } from './local-time.ts';
import { createMeasure, type Measure, type Measured } from './measure.ts';

/**
 * What could be different about a call so that a condition would turn out otherwise; the words that agents are told. They
 * name a kind of thing, never a threshold.
 */
export type Condition =
  | 'other_role'
  | 'other_owner'
  | 'task'
  | 'other_arguments'
  | 'hours'
  | 'recent_actions'
  | 'content'
  | 'lower_risk'
  | 'fewer_calls'
  | 'smaller_amount';

/** `unclear`: an argument is there and of a type that cannot be held against the constraint. */
export type Verdict = 'yes' | 'no' | 'unclear';

/** What a decision is made from. */
export interface State {
  readonly call: PolicyCall;
  /** In the order of the program's measures. */
  readonly values: readonly Measured[];
  score: number;
}

/** One condition, ready to be held against calls of one tool. */
export interface Test {
  /** Field of the policy that it comes from. */
  readonly field: string;
  readonly about: Condition;
  run(state: State): Verdict;
  /**
   * The earliest time from `from` on at which it surely holds, or does not where that is wanted, if nothing else happens;
   * null where waiting does not bring that about. Of a test without this, time changes nothing.
   */
  comes?(state: State, from: number, wanted: boolean): number | null;
}

/** What conditions of one tool are compiled with. */
export interface Compiling {
  readonly tool: ToolFacts;
  readonly catalogue: Catalogue;
  readonly environment: string;
  readonly zone: (name?: string) => Zone;
  /** Registers what has to be measured. @returns its place among the values. */
  readonly measure: (measure: Measure) => number;
}

/** A constraint that cannot be held against what the log may keep. Caught where the whole file is compiled. */
export class Unreadable extends Error {}

/** @returns names of the tools that one of the patterns names, sorted. */
export const namedTools = (patterns: readonly string[], catalogue: Catalogue): string[] => {
  const matchers = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`));
  return [...catalogue.keys()].filter((name) => matchers.some((matcher) => matcher.test(name))).toSorted();
};

/** @returns whether calls of this tool can match at all, by what stands in contracts and never changes. */
export function concerns(when: ConditionsSource, { tool, catalogue, environment }: Compiling): boolean {
  return (
    includes(when.kinds, tool.kind) &&
    includes(when.actions, tool.action) &&
    includes(when.contexts, tool.context) &&
    includes(when.environments, environment) &&
    (when.ships === undefined || when.ships === tool.ships) &&
    (when.tools === undefined || namedTools(when.tools, catalogue).includes(tool.name)) &&
    (when.arguments ?? []).every(({ pointer }) => reaches(tool, pointerTokens(pointer)))
  );
}

const includes = <T>(list: readonly T[] | undefined, item: T): boolean => list === undefined || list.includes(item);
const verdict = (holds: boolean): Verdict => (holds ? 'yes' : 'no');

/**
 * What has to be looked at in each call of a tool that {@link concerns} lets through.
 *
 * @throws Unreadable.
 */
export function compileConditions(when: ConditionsSource, compiling: Compiling): Test[] {
  const tests: Test[] = [];
  const { agents, owners, owner_roles: roles, task, arguments: constraints = [] } = when;
  const add = (field: string, about: Condition, run: (state: State) => boolean, comes?: Test['comes']): void => {
    tests.push({ field, about, run: (state) => verdict(run(state)), ...(comes && { comes }) });
  };
  if (agents) add('agents', 'other_role', ({ call }) => agents.includes(call.agent));
  if (owners) add('owners', 'other_owner', ({ call }) => owners.includes(call.owner));
  if (roles) add('owner_roles', 'other_owner', ({ call }) => call.ownerRoles.some((role) => roles.includes(role)));
  if (task) add('task', 'task', ({ call }) => call.task === (task === 'bound'));
  for (const constraint of constraints) tests.push(compileConstraint(constraint, compiling.tool));
  if (when.hours) tests.push(hoursTest('hours', when.hours, compiling, true));
  if (when.outside_hours) tests.push(hoursTest('outside_hours', when.outside_hours, compiling, false));
  addHistory(when, compiling, add);
  if (when.content_flags) {
    const { minimum } = when.content_flags;
    add('content_flags', 'content', ({ call }) => call.contentFlags >= minimum);
  }
  if (when.risk) {
    const { minimum } = when.risk;
    add('risk', 'lower_risk', ({ score }) => score >= minimum);
  }
  return tests;
}

type Add = (field: string, about: Condition, run: (state: State) => boolean, comes?: Test['comes']) => void;

const count = ({ values }: State, at: number): number => values[at]?.value ?? 0;

/**
 * When what was counted has left its window.
 *
 * @param one whether it is enough that the oldest call leaves; how much each call counts is not known.
 */
export function leaves({ call, values }: State, at: number, window: number, one: boolean): number {
  const oldest = values[at]?.oldest ?? null;
  return (one && oldest !== null ? oldest : call.time) + window;
}

/**
 * What is counted of the past only falls while nothing else happens.
 *
 * @param reached whether it is enough now.
 * @param one whether it is enough by one call alone.
 */
const falling =
  (at: number, window: number, reached: (state: State) => boolean, one: (state: State) => boolean) =>
  (state: State, from: number, wanted: boolean): number | null => {
    if (reached(state) !== wanted) return wanted ? null : Math.max(from, leaves(state, at, window, one(state)));
    const oldest = state.values[at]?.oldest ?? null;
    return !wanted || (oldest !== null && from < oldest + window) ? from : null;
  };

function addHistory(when: ConditionsSource, { tool, catalogue, measure }: Compiling, add: Add): void {
  if (when.recent) {
    const { tools, within: span, at_least: least = 1 } = when.recent;
    const window = durationMs(span);
    const names = tools ? namedTools(tools, catalogue) : null;
    const at = measure(createMeasure(names ? 'calls' : 'outside', 'owner', names, window));
    const holds = (state: State): boolean => count(state, at) >= least;
    add(
      'recent',
      'recent_actions',
      holds,
      falling(at, window, holds, (state) => count(state, at) === least),
    );
  }
  if (when.first_time_in !== undefined) {
    const window = durationMs(when.first_time_in);
    const at = measure(createMeasure('calls', 'owner', [tool.name], window));
    const served = (state: State): boolean => count(state, at) > 0;
    const comes = falling(at, window, served, (state) => count(state, at) === 1);
    const run = (state: State): boolean => !served(state);
    add('first_time_in', 'recent_actions', run, (state, from, wanted) => comes(state, from, !wanted));
  }
  if (when.cumulative_risk) {
    const { minimum, within: span } = when.cumulative_risk;
    const window = durationMs(span);
    const at = measure(createMeasure('risk', 'owner', null, window));
    const holds = (state: State): boolean => state.score + count(state, at) >= minimum;
    const falls = falling(at, window, holds, () => false);
    add('cumulative_risk', 'lower_risk', holds, (state, from, wanted) =>
      // The score of the call itself does not pass.
      state.score >= minimum ? (wanted ? from : null) : falls(state, from, wanted),
    );
  }
}

export const compileHours = ({ days, from, to }: HoursSource): Hours => ({
  days: new Set((days ?? DAYS).map((day) => DAYS.indexOf(day))),
  from: minuteOfDay(from),
  to: minuteOfDay(to),
});

function hoursTest(field: string, source: HoursSource, { zone: zoneOf }: Compiling, inside: boolean): Test {
  const hours = compileHours(source);
  const zone = zoneOf(source.time_zone);
  const holds = (time: number): boolean => within(hours, zone.at(time)) === inside;
  return {
    field,
    about: 'hours',
    run: ({ call }) => verdict(holds(call.time)),
    comes: (_state, from, wanted) => (holds(from) === wanted ? from : nextTime(zone, hours, from, wanted === inside)),
  };
}

function compileConstraint(constraint: ConstraintSource, tool: ToolFacts): Test {
  const { pointer, min_length: least, max_length: most } = constraint;
  const tokens = pointerTokens(pointer);
  const ofLength = least !== undefined || most !== undefined;
  const ofValue = ['minimum', 'maximum', 'enum', 'prefix'].some((name) => name in constraint);
  if (ofValue && tool.readable[tokens[0] ?? ''] === 'length') {
    throw new Unreadable(
      `The log does not keep ${pointer} of ${tool.name}, so that no rule can read it: only min_length and max_length.`,
    );
  }
  const holds = (value: JsonValue): Verdict => {
    const held = ofValue ? heldAgainst(constraint, value) : [];
    return all(ofLength ? [...held, between(lengthOf(value), least, most)] : held);
  };
  return {
    field: `arguments ${pointer}`,
    about: 'other_arguments',
    run({ call }) {
      const value = valueAt(call.arguments, tokens);
      return value === undefined ? 'no' : holds(value);
    },
  };
}

/** One part that does not hold is enough, whatever is unclear about the others. */
function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unclear') ? 'unclear' : 'yes';
}

const between = (value: unknown, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Verdict =>
  typeof value === 'number' ? verdict(value >= least && value <= most) : 'unclear';

function heldAgainst({ minimum, maximum, enum: values, prefix }: ConstraintSource, value: JsonValue): Verdict[] {
  const verdicts: Verdict[] = [];
  if (minimum !== undefined || maximum !== undefined) verdicts.push(between(value, minimum, maximum));
  if (values !== undefined) verdicts.push(typeof value === 'object' ? 'unclear' : verdict(values.includes(value)));
  if (prefix !== undefined) verdicts.push(typeof value === 'string' ? verdict(value.startsWith(prefix)) : 'unclear');
  return verdicts;
}

function lengthOf(value: JsonValue): number | undefined {
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const length = valueAt(value, ['length']);
    return typeof length === 'number' ? length : undefined;
  }
  return undefined;
}
