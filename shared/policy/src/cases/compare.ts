import type { PolicyVerdict } from '../engine/decide.ts';
import type { DenialAdvice } from '../engine/denial.ts';
import type { CaseSource } from './cases-schema.ts';

/** One field of a decision that is otherwise than a case expects, both in words. */
export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** What a decision has otherwise than expected; a field that the case does not name may be anything. */
export function differencesOf(
  expect: CaseSource['expect'],
  verdict: PolicyVerdict,
  advice: DenialAdvice,
): Difference[] {
  const differences: Difference[] = [];
  const differ = (field: string, expected: string, actual: string): void => {
    differences.push({ field, expected, actual });
  };
  const same = (field: string, expected: unknown, actual: string | boolean): void => {
    if (expected !== undefined && expected !== actual) differ(field, String(expected), String(actual));
  };
  same('effect', expect.effect, verdict.effect);
  same('approval', expect.approval, verdict.approval);
  same('suspend', expect.suspend, verdict.suspend);
  same('task_missing', expect.task_missing, advice.taskMissing);
  const { reviewer_role: role, rules = [], risk, conditions } = expect;
  if (role !== undefined && !verdict.reviewerRoles.includes(role)) {
    differ('reviewer_role', role, listed(verdict.reviewerRoles));
  }
  if (!rules.every((rule) => verdict.rules.includes(rule))) {
    differ('rules', `with ${listed(rules)}`, listed(verdict.rules));
  }
  const { score } = verdict.risk;
  if (score < (risk?.minimum ?? score)) differ('risk', `at least ${risk?.minimum}`, String(score));
  if (score > (risk?.maximum ?? score)) differ('risk', `at most ${risk?.maximum}`, String(score));
  const wanted = conditions && listed(conditions.toSorted());
  if (wanted !== undefined && wanted !== listed(advice.conditions)) {
    differ('conditions', wanted, listed(advice.conditions));
  }
  return differences;
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
