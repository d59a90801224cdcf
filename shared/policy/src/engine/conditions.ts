import type { ConditionsSource, ConstraintSource, HoursSource } from '../language/condition-schema.ts';
import { durationMs, minuteOfDay } from '../language/duration.ts';
import type { PolicyCall } from './call.ts';
import type { Catalogue, ToolFacts } from './catalogue.ts';
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
  /** When it will turn out otherwise by itself, in milliseconds; null where no time will do. */
  turns?(state: State): number | null;
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
  const matchers = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
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
    (when.arguments ?? []).every(({ pointer }) => topName(pointer) in tool.readable)
  );
}

const includes = <T>(list: readonly T[] | undefined, item: T): boolean => list === undefined || list.includes(item);
const topName = (pointer: string): string => pointerTokens(pointer)[0] ?? '';
const verdict = (holds: boolean): Verdict => (holds ? 'yes' : 'no');

/**
 * What has to be looked at in each call of a tool that {@link concerns} lets through.
 *
 * @throws Unreadable.
 */
export function compileConditions(when: ConditionsSource, compiling: Compiling): Test[] {
  const tests: Test[] = [];
  const { agents, owners, owner_roles: roles, task, arguments: constraints = [] } = when;
  const add = (field: string, about: Condition, run: (state: State) => boolean, turns?: Test['turns']): void => {
    tests.push({ field, about, run: (state) => verdict(run(state)), ...(turns && { turns }) });
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

type Add = (field: string, about: Condition, run: (state: State) => boolean, turns?: Test['turns']) => void;

/** When the oldest call that was counted leaves the window. */
const passes =
  (at: number, window: number): NonNullable<Test['turns']> =>
  ({ values }) => {
    const oldest = values[at]?.oldest;
    return oldest === null || oldest === undefined ? null : oldest + window;
  };

function addHistory(when: ConditionsSource, { tool, catalogue, measure }: Compiling, add: Add): void {
  if (when.recent) {
    const { tools, within: span, at_least: least = 1 } = when.recent;
    const window = durationMs(span);
    const names = tools ? namedTools(tools, catalogue) : null;
    const at = measure(createMeasure(names ? 'calls' : 'outside', 'owner', names, window));
    add('recent', 'recent_actions', ({ values }) => (values[at]?.value ?? 0) >= least, passes(at, window));
  }
  if (when.first_time_in !== undefined) {
    const at = measure(createMeasure('calls', 'owner', [tool.name], durationMs(when.first_time_in)));
    add('first_time_in', 'recent_actions', ({ values }) => (values[at]?.value ?? 0) === 0);
  }
  if (when.cumulative_risk) {
    const { minimum, within: span } = when.cumulative_risk;
    const window = durationMs(span);
    const at = measure(createMeasure('risk', 'owner', null, window));
    const holds = ({ values, score }: State): boolean => score + (values[at]?.value ?? 0) >= minimum;
    add('cumulative_risk', 'lower_risk', holds, passes(at, window));
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
  return {
    field,
    about: 'hours',
    run: ({ call }) => verdict(within(hours, zone.at(call.time)) === inside),
    turns: ({ call }) => nextTime(zone, hours, call.time, !within(hours, zone.at(call.time))),
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
    const valueHolds = ofValue ? heldAgainst(constraint, value) : 'yes';
    if (valueHolds !== 'yes' || !ofLength) return valueHolds;
    const length = lengthOf(value);
    if (length === undefined) return 'unclear';
    return verdict(length >= (least ?? 0) && length <= (most ?? Number.POSITIVE_INFINITY));
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

function heldAgainst({ minimum, maximum, enum: values, prefix }: ConstraintSource, value: JsonValue): Verdict {
  if (minimum !== undefined || maximum !== undefined) {
    if (typeof value !== 'number') return 'unclear';
    if (value < (minimum ?? Number.NEGATIVE_INFINITY) || value > (maximum ?? Number.POSITIVE_INFINITY)) return 'no';
  }
  if (values !== undefined) {
    if (typeof value === 'object') return 'unclear';
    if (!values.includes(value)) return 'no';
  }
  if (prefix !== undefined) {
    if (typeof value !== 'string') return 'unclear';
    if (!value.startsWith(prefix)) return 'no';
  }
  return 'yes';
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
