import { APPROVAL_LEVELS, type Effect, type ToolFacts } from '../engine/catalogue.ts';
import { durationMs } from '../language/duration.ts';
import type { Finding } from './finding.ts';
import { implies } from './implies.ts';
import { finding, listed, type LimitPart, type RulePart, type Subject } from './subject.ts';

/** Rules that others always override, and rules and limits that repeat what others say. */
export function checkShadowed({ rules, limits }: Subject): Finding[] {
  return [
    ...rules.flatMap((rule) => shadowedRule(rule, rules) ?? repeatedRule(rule, rules) ?? []),
    ...limits.flatMap((limit) => repeatedLimit(limit, limits) ?? []),
  ];
}

const STRICTNESS: readonly Effect[] = ['allow', 'require_approval', 'deny'];

/** What a rule comes to for one tool: only a commit can wait for a person. */
export const effectOn = (rule: RulePart, tool: ToolFacts): Effect =>
  rule.source.effect === 'require_approval' && tool.kind !== 'commit' ? 'deny' : rule.source.effect;

const strictness = (rule: RulePart, tool: ToolFacts): number => STRICTNESS.indexOf(effectOn(rule, tool));

/** For each tool of a rule, another that holds whenever it holds; undefined where one tool has none. */
function covering<P extends RulePart | LimitPart>(
  part: P,
  others: readonly P[],
  fits: (other: P, tool: ToolFacts) => boolean,
): P[] | undefined {
  const covers = new Set<P>();
  for (const tool of part.tools) {
    const cover = others.find(
      (other) =>
        other !== part && other.tools.includes(tool) && fits(other, tool) && implies(part.when, other.when, tool),
    );
    if (!cover) return undefined;
    covers.add(cover);
  }
  return covers.size > 0 ? [...covers] : undefined;
}

const idsOf = (parts: readonly { readonly id: string }[]): string => listed(parts.map(({ id }) => id));

function shadowedRule(rule: RulePart, rules: readonly RulePart[]): Finding | undefined {
  const covers = covering(rule, rules, (other, tool) => strictness(other, tool) > strictness(rule, tool));
  if (!covers) return undefined;
  const says = covers.length === 1 ? 'says' : 'say';
  const message = `This rule never decides: wherever it matches, ${idsOf(covers)} ${says} something stricter.`;
  return finding(rule.place, 'shadowed', message);
}

function repeatedRule(rule: RulePart, rules: readonly RulePart[]): Finding | undefined {
  const covers = covering(rule, rules, (other, tool) => {
    if (strictness(other, tool) !== strictness(rule, tool)) return false;
    if (effectOn(rule, tool) === 'require_approval' && !asksAsMuch(other, rule)) return false;
    // Of two that are the same, the later one repeats the earlier.
    const same = implies(other.when, rule.when, tool) && (effectOn(rule, tool) === 'deny' || asksAsMuch(rule, other));
    return !same || rules.indexOf(other) < rules.indexOf(rule);
  });
  return covers && finding(rule.place, 'duplicate', `This rule says nothing that ${idsOf(covers)} does not say.`);
}

type Asking = Pick<RulePart | LimitPart, 'source'>;

/** Whether the approval that the first asks for is enough wherever the second asks. */
function asksAsMuch({ source: first }: Asking, { source: second }: Asking): boolean {
  const level = (source: Asking['source']): number => APPROVAL_LEVELS.indexOf(source.approval ?? 'none');
  if (level(first) < level(second)) return false;
  const roleOf = ({ approval, reviewer_role: role }: Asking['source']): string | undefined =>
    approval === 'reviewer' || approval === 'two_reviewers' ? (role ?? 'reviewer') : undefined;
  return roleOf(second) === undefined || roleOf(first) === roleOf(second);
}

function repeatedLimit(limit: LimitPart, limits: readonly LimitPart[]): Finding | undefined {
  const covers = covering(limit, limits, (other) => {
    if (!countsAlike(other, limit) || !asksAsMuch(other, limit)) return false;
    const [first, second] = [mostOf(other), mostOf(limit)];
    if (first !== second) return first < second;
    return !asksAsMuch(limit, other) || limits.indexOf(other) < limits.indexOf(limit);
  });
  return covers && finding(limit.place, 'duplicate', `This limit says nothing that ${idsOf(covers)} does not say.`);
}

const mostOf = ({ source }: LimitPart): number => source.maximum ?? source.max_calls_per_run ?? 0;

const countsAlike = (first: LimitPart, second: LimitPart): boolean => countingOf(first) === countingOf(second);

/** What a limit counts, over which window, and what it leads to. */
const countingOf = ({ source, tools }: LimitPart): string =>
  JSON.stringify([
    source.per ?? null,
    durationMs(source.window ?? '1h'),
    source.sum ?? null,
    source.max_calls_per_run === undefined,
    source.exceeded,
    tools.map(({ name }) => name).toSorted(),
  ]);
