import { minorUnitDigits } from '@narrow-deputies/contracts/currencies';
import type { ToolFacts } from '../engine/catalogue.ts';
import type { ConditionsSource, ConstraintSource } from '../language/condition-schema.ts';
import { implies } from './implies.ts';
import type { RulePart, Subject } from './subject.ts';

/**
 * Whether several calls may move, within one window, what a single call may not.
 *
 * @param when conditions of the rule that allows, narrowed to what is looked at.
 * @param sum the most that the window may hold, in minor units.
 * @returns what to say about it.
 */
export function splittable(
  rule: RulePart,
  when: ConditionsSource,
  tool: ToolFacts,
  sum: number,
  { rules }: Subject,
): string | undefined {
  const single = largestSingle(rule, when, tool, rules);
  if (single < 1 || sum <= single) return undefined;
  const calls = Math.ceil(sum / single);
  const part = Math.floor(sum / calls);
  const money = (amount: number): string => shown(amount, currencyOf(when));
  return calls * part > single
    ? `${calls} calls of ${tool.name} with ${money(part)} would pass where one with ${money(calls * part)} would not.`
    : `${calls} calls of ${tool.name} that add up to ${money(sum)} would pass where one of it would not.`;
}

/** The largest amount that one call may have wherever the rule matches; infinite where only sums bound it. */
function largestSingle(rule: RulePart, when: ConditionsSource, tool: ToolFacts, rules: readonly RulePart[]): number {
  const open = withoutAmount(when, tool);
  const here = rules.filter((other) => other === rule || other.tools.includes(tool));
  const allowed = here
    .filter(({ source, when: its }) => source.effect === 'allow' && implies(open, withoutAmount(its, tool), tool))
    .map((other) => boundOf(other.when, tool, largestOf, Math.min) ?? Number.POSITIVE_INFINITY);
  const own = boundOf(when, tool, largestOf, Math.min) ?? Number.POSITIVE_INFINITY;
  const stopped = here
    .filter(
      ({ source, when: its }) =>
        source.effect !== 'allow' && stopsAbove(its, tool) && implies(open, withoutAmount(its, tool), tool),
    )
    .map((other) => boundOf(other.when, tool, ({ minimum }) => minimum, Math.max) ?? 0);
  return Math.min(Math.max(own, ...allowed), Math.ceil(Math.min(Number.POSITIVE_INFINITY, ...stopped)) - 1);
}

const largestOf = ({ maximum, enum: values }: ConstraintSource): number | undefined => {
  const numbers = values?.filter((value) => typeof value === 'number');
  return maximum ?? (numbers && Math.max(...numbers));
};

const ofAmount = (when: ConditionsSource, { money }: ToolFacts): ConstraintSource[] =>
  (when.arguments ?? []).filter(({ pointer }) => pointer === money);

const withoutAmount = (when: ConditionsSource, { money }: ToolFacts): ConditionsSource => ({
  ...when,
  arguments: (when.arguments ?? []).filter(({ pointer }) => pointer !== money),
});

function boundOf(
  when: ConditionsSource,
  tool: ToolFacts,
  of: (constraint: ConstraintSource) => number | undefined,
  tightest: (...bounds: number[]) => number,
): number | undefined {
  const bounds = ofAmount(when, tool).flatMap((constraint) => of(constraint) ?? []);
  return bounds.length === 0 ? undefined : tightest(...bounds);
}

/** Whether a rule that restricts does so from one amount on, without end. */
const stopsAbove = (when: ConditionsSource, tool: ToolFacts): boolean =>
  ofAmount(when, tool).every(
    (constraint) =>
      constraint.minimum !== undefined && constraint.maximum === undefined && constraint.enum === undefined,
  );

/** The one currency that a rule names; undefined where it names several, or none. */
function currencyOf({ arguments: constraints = [] }: ConditionsSource): string | undefined {
  const values = constraints.flatMap(({ pointer, enum: each = [] }) => (pointer === '/currency' ? each : []));
  const [first] = values;
  return values.length === 1 && typeof first === 'string' ? first : undefined;
}

/** In major units where the currency is known, else in minor ones, as policies write them. */
function shown(amount: number, currency: string | undefined): string {
  const digits = currency === undefined ? undefined : minorUnitDigits(currency);
  if (digits === undefined) return String(amount);
  return `${currency} ${(amount / 10 ** digits).toFixed(digits)}`;
}
