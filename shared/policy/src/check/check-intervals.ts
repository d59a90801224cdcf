import type { ConstraintSource } from '../language/condition-schema.ts';
import type { Finding } from './finding.ts';
import { inside, outside } from './implies.ts';
import { finding, listed, type Part, type Subject } from './subject.ts';

/** Conditions that no call can ever satisfy. */
export function checkIntervals({ rules, limits, factors, catalogue }: Subject): Finding[] {
  const roles = new Set([...catalogue.values()].flatMap((tool) => tool.roles));
  return [...rules, ...limits, ...factors].flatMap((part) => [
    ...constraintFaults(part),
    ...hoursFaults(part),
    ...agentFaults(part, roles),
  ]);
}

function constraintFaults({ when, place }: Part): Finding[] {
  const constraints = when.arguments ?? [];
  return constraints.flatMap((constraint, at) => {
    const below = ['when', 'arguments', at];
    const { pointer } = constraint;
    const alone = emptiness([constraint]);
    if (alone !== undefined) return [finding(place, 'empty_interval', alone, below)];
    if (asksForTwoTypes([constraint])) return [finding(place, 'contradiction', twoTypes(pointer), below)];
    const earlier = constraints.slice(0, at).filter((other) => other.pointer === pointer);
    if (earlier.length === 0) return [];
    const together = emptiness([...earlier, constraint]);
    if (together !== undefined) return [finding(place, 'contradiction', `With those before: ${together}`, below)];
    return asksForTwoTypes([...earlier, constraint]) ? [finding(place, 'contradiction', twoTypes(pointer), below)] : [];
  });
}

const twoTypes = (pointer: string): string => `${pointer} cannot be a number and a text at once.`;

function asksForTwoTypes(constraints: readonly ConstraintSource[]): boolean {
  const number = constraints.some(({ minimum, maximum }) => minimum !== undefined || maximum !== undefined);
  const text = constraints.some(
    ({ prefix, min_length: least, max_length: most }) =>
      prefix !== undefined || least !== undefined || most !== undefined,
  );
  return number && text;
}

/** @returns why nothing satisfies all of these, which are about one argument; undefined where something does. */
function emptiness(constraints: readonly ConstraintSource[]): string | undefined {
  const greatest = (of: (each: ConstraintSource) => number | undefined): number =>
    Math.max(...constraints.map((each) => of(each) ?? Number.NEGATIVE_INFINITY));
  const least = (of: (each: ConstraintSource) => number | undefined): number =>
    Math.min(...constraints.map((each) => of(each) ?? Number.POSITIVE_INFINITY));
  const low = greatest(({ minimum }) => minimum);
  const high = least(({ maximum }) => maximum);
  if (low > high) return `No number is at least ${low} and at most ${high}.`;
  const short = greatest(({ min_length: length }) => length);
  const long = least(({ max_length: length }) => length);
  if (short > long) return `No length is at least ${short} and at most ${long}.`;
  const lists = constraints.flatMap((each) => (each.enum ? [each.enum] : []));
  const [values] = lists;
  if (values === undefined) return prefixesClash(constraints);
  const fitting = values.filter((value) => lists.every((list) => list.includes(value)) && fits(value, constraints));
  return fitting.length > 0 ? undefined : `None of ${listed(values.map(String))} fits.`;
}

function prefixesClash(constraints: readonly ConstraintSource[]): string | undefined {
  const prefixes = constraints.flatMap(({ prefix }) => prefix ?? []);
  const longest = prefixes.toSorted((a, b) => b.length - a.length)[0] ?? '';
  const other = prefixes.find((prefix) => !longest.startsWith(prefix));
  return other === undefined ? undefined : `No text begins with both "${longest}" and "${other}".`;
}

function fits(value: string | number | boolean, constraints: readonly ConstraintSource[]): boolean {
  return constraints.every(({ minimum, maximum, prefix, min_length: least, max_length: most }) => {
    if ((minimum !== undefined || maximum !== undefined) && typeof value !== 'number') return false;
    if (typeof value === 'number' && (value < (minimum ?? value) || value > (maximum ?? value))) return false;
    if (prefix === undefined && least === undefined && most === undefined) return true;
    if (typeof value !== 'string' || !value.startsWith(prefix ?? '')) return false;
    const length = Array.from(value).length;
    return length >= (least ?? 0) && length <= (most ?? length);
  });
}

function hoursFaults({ when, place }: Part): Finding[] {
  const findings: Finding[] = [];
  for (const field of ['hours', 'outside_hours'] as const) {
    const hours = when[field];
    if (hours?.from !== undefined && hours.from === hours.to) {
      const message = `From ${hours.from} to ${hours.to} is no time. For whole days write 00:00 and 24:00.`;
      findings.push(finding(place, 'empty_interval', message, ['when', field]));
    }
  }
  if (findings.length > 0) return findings;
  const { hours, outside_hours: not } = when;
  if (not && !outside(not).minutes.some(Boolean)) {
    const message = 'These hours are the whole week: nothing is outside.';
    findings.push(finding(place, 'empty_interval', message, ['when', 'outside_hours']));
  } else if (hours && not && hours.time_zone === not.time_zone) {
    const free = outside(not).minutes;
    if (!inside(hours).minutes.some((holds, at) => holds && free[at] === true)) {
      const message = 'No time is inside "hours" and outside "outside_hours".';
      findings.push(finding(place, 'contradiction', message, ['when', 'outside_hours']));
    }
  }
  return findings;
}

/** Roles exist, and some or all of them may hold none of the tools. */
function agentFaults({ what, when, place, tools }: Part, known: ReadonlySet<string>): Finding[] {
  const { agents } = when;
  if (agents === undefined || tools.length === 0 || !agents.every((agent) => known.has(agent))) return [];
  const roles = new Set(tools.flatMap((tool) => tool.roles));
  const may = `only ${listed([...roles].toSorted())}`;
  if (agents.some((agent) => roles.has(agent))) {
    return agents.flatMap((agent, at) => {
      if (roles.has(agent)) return [];
      const message = `No ${agent} can ever hold a tool of this ${what}, ${may}.`;
      return [finding(place, 'agent_left_out', message, ['when', 'agents', at])];
    });
  }
  const message = `No ${listed(agents)} may hold a tool of this ${what}, ${may}.`;
  return [finding(place, 'contradiction', message, ['when', 'agents'])];
}
