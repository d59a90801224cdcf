import type { ToolFacts } from '../engine/catalogue.ts';
import type { ConditionsSource } from '../language/condition-schema.ts';
import { durationMs } from '../language/duration.ts';
import type { Finding } from './finding.ts';
import { implies } from './implies.ts';
import { splittable } from './splittable.ts';
import { finding, type LimitPart, type RulePart, type Subject } from './subject.ts';

const DAY = durationMs('24h');
const CURRENCY = '/currency';

/**
 * What may move money without a person: only under a sum over a day or longer that always bounds it, in named
 * currencies, and so that small amounts do not add up to what one large one could not be. A task bounds its own sum.
 */
export const checkMoney = (subject: Subject): Finding[] =>
  subject.rules
    .filter(({ source, when }) => source.effect === 'allow' && when.task !== 'bound')
    .flatMap((rule) =>
      rule.tools
        .filter(({ kind, money }) => kind === 'commit' && money !== null)
        .flatMap((tool) => ofTool(rule, tool, subject)),
    );

function ofTool(rule: RulePart, tool: ToolFacts, subject: Subject): Finding[] {
  const findings: Finding[] = [];
  // What a task covers is bounded by the task, so that a limit for everything else is enough.
  const when: ConditionsSource = { ...rule.when, task: 'unbound' };
  const sums = subject.limits
    .filter((limit) => alwaysBounds(limit, when, tool))
    .map(({ source }) => source.maximum ?? 0);
  if (sums.length === 0) {
    const message = `This allows ${tool.name} without a limit that adds ${tool.money} up per owner, agent or tool, over 24h or longer, wherever this rule matches.`;
    findings.push(finding(rule.place, 'money_without_limit', message));
  } else {
    const message = splittable(rule, when, tool, Math.min(...sums), subject);
    if (message !== undefined) findings.push(finding(rule.place, 'splittable', message));
  }
  if (CURRENCY.slice(1) in tool.readable && !namesCurrencies(rule.when)) {
    const message = `This allows ${tool.name} in any currency. Name those that are meant: an enum for ${CURRENCY}.`;
    findings.push(finding(rule.place, 'currency_open', message));
  }
  return findings;
}

const namesCurrencies = ({ arguments: constraints = [] }: ConditionsSource): boolean =>
  constraints.some(({ pointer, enum: values }) => pointer === CURRENCY && values !== undefined);

/** Clients are many and a run is a label, so that neither bounds a sum. */
function alwaysBounds({ source, when, tools }: LimitPart, rule: ConditionsSource, tool: ToolFacts): boolean {
  const { sum, per, window } = source;
  return (
    sum !== undefined &&
    sum === tool.money &&
    (per === 'owner' || per === 'agent' || per === 'tool') &&
    window !== undefined &&
    durationMs(window) >= DAY &&
    tools.includes(tool) &&
    implies(rule, when, tool)
  );
}
