import { within } from '../engine/local-time.ts';
import { compileHours } from '../engine/conditions.ts';
import type { ConditionsSource, ConstraintSource, HoursSource } from '../language/condition-schema.ts';
import { durationMs } from '../language/duration.ts';
import type { ToolFacts } from '../engine/catalogue.ts';

/**
 * Whether of calls of one tool every one that the first conditions hold for is one that the second hold for. What stands
 * in contracts is not compared: both concern the tool. Never true by mistake; false where it is hard to tell.
 */
export function implies(first: ConditionsSource, second: ConditionsSource, tool: ToolFacts): boolean {
  return (
    (second.agents === undefined || isSubset(first.agents ?? tool.roles, second.agents)) &&
    narrows(first.owners, second.owners) &&
    narrows(first.owner_roles, second.owner_roles) &&
    (second.task === undefined || second.task === first.task) &&
    (second.arguments ?? []).every((wanted) =>
      (first.arguments ?? []).some((given) => constraintImplies(given, wanted)),
    ) &&
    hoursImply(first, second) &&
    pastImplies(first, second) &&
    reaches(first.content_flags?.minimum, second.content_flags?.minimum) &&
    reaches(first.risk?.minimum, second.risk?.minimum)
  );
}

const isSubset = <T>(items: readonly T[], of: readonly T[]): boolean => items.every((item) => of.includes(item));
const narrows = <T>(first: readonly T[] | undefined, second: readonly T[] | undefined): boolean =>
  second === undefined || (first !== undefined && isSubset(first, second));
const reaches = (first: number | undefined, second: number | undefined): boolean =>
  second === undefined || (first !== undefined && first >= second);

function constraintImplies(first: ConstraintSource, second: ConstraintSource): boolean {
  if (first.pointer !== second.pointer) return false;
  return (
    atLeast(first.minimum, second.minimum) &&
    atMost(first.maximum, second.maximum) &&
    narrows(first.enum, second.enum) &&
    (second.prefix === undefined || first.prefix?.startsWith(second.prefix) === true) &&
    atLeast(first.min_length, second.min_length) &&
    atMost(first.max_length, second.max_length)
  );
}

const atLeast = reaches;
const atMost = (first: number | undefined, second: number | undefined): boolean =>
  second === undefined || (first !== undefined && first <= second);

function pastImplies(first: ConditionsSource, second: ConditionsSource): boolean {
  const { recent, first_time_in: firstTime, cumulative_risk: risk } = second;
  if (recent) {
    const given = first.recent;
    if (!given || given.outside_text !== recent.outside_text) return false;
    if (recent.tools !== undefined && !isSubset(given.tools ?? [], recent.tools)) return false;
    if (durationMs(given.within) > durationMs(recent.within)) return false;
    if ((given.at_least ?? 1) < (recent.at_least ?? 1)) return false;
  }
  if (firstTime !== undefined) {
    if (first.first_time_in === undefined || durationMs(first.first_time_in) < durationMs(firstTime)) return false;
  }
  if (!risk) return true;
  const given = first.cumulative_risk;
  return given !== undefined && given.minimum >= risk.minimum && durationMs(given.within) <= durationMs(risk.within);
}

function hoursImply(first: ConditionsSource, second: ConditionsSource): boolean {
  return weeksOf(second).every((each) => {
    if (each.minutes.every(Boolean)) return true;
    return weeksOf(first).some(
      ({ zone, minutes }) => zone === each.zone && minutes.every((holds, at) => !holds || each.minutes[at] === true),
    );
  });
}

const weeksOf = ({ hours, outside_hours: not }: ConditionsSource): Week[] => [
  ...(hours ? [inside(hours)] : []),
  ...(not ? [outside(not)] : []),
];

/** Of a week's minutes by the wall clock, from Sunday on, those that hours hold. */
export interface Week {
  /** Name of the zone; undefined for the policy's own. */
  readonly zone: string | undefined;
  readonly minutes: readonly boolean[];
}

const DAY = 24 * 60;

export function inside(source: HoursSource): Week {
  const hours = compileHours(source);
  const holds = (_: unknown, at: number): boolean => within(hours, { day: Math.floor(at / DAY), minute: at % DAY });
  return { zone: source.time_zone, minutes: Array.from({ length: 7 * DAY }, holds) };
}

export function outside(source: HoursSource): Week {
  const { zone, minutes } = inside(source);
  return { zone, minutes: minutes.map((holds) => !holds) };
}
