import type { ApprovalLevel, JsonObject, Risk } from '@narrow-deputies/contracts';
import type { PolicyVerdict, Score } from '@narrow-deputies/policy';
import type { Decision } from '../audit/entry.ts';

/** Who has to approve before a plan is released. */
export interface Release {
  readonly approval: ApprovalLevel;
  /** Roles that each reviewer has to hold, all of them. */
  readonly reviewerRoles: readonly string[];
}

/** What policy says about one call, and why. */
export interface PolicyDecision extends Release {
  readonly decision: Decision;
  /** Names of the rules that determined the decision. */
  readonly rules: readonly string[];
  /** Why those rules, and the parts of the risk, are there, where their author said so; by name. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Everything that was read to decide. */
  readonly input: JsonObject;
  readonly policyVersion: string;
  readonly risk: Risk;
  /** Whether the credential has to be suspended until a person looks. */
  readonly suspend: boolean;
  /** Names of the parts of the risk that are signs of abuse. */
  readonly signs: readonly string[];
}

const STRICTNESS: readonly ApprovalLevel[] = ['none', 'owner', 'reviewer', 'two_reviewers'];

/** What satisfies both. */
export function stricter(a: Release, b: Release): Release {
  const approval = STRICTNESS.indexOf(a.approval) >= STRICTNESS.indexOf(b.approval) ? a.approval : b.approval;
  return { approval, reviewerRoles: [...new Set([...a.reviewerRoles, ...b.reviewerRoles])].toSorted() };
}

/** Whether `a` asks for something that `b` does not. */
export function asksMore(a: Release, b: Release): boolean {
  const both = stricter(a, b);
  return both.approval !== b.approval || both.reviewerRoles.length > b.reviewerRoles.length;
}

/** The score in the form that answers and entries carry. */
export const riskOf = ({ score, parts }: Score): Risk => ({
  score,
  level: score >= 70 ? 'high' : score >= 40 ? 'medium' : 'low',
  parts: parts.map(({ name, score: points }) => ({ name, score: points })),
});

export const decisionOf = (
  verdict: PolicyVerdict,
  whys: ReadonlyMap<string, string>,
  input: JsonObject,
  policyVersion: string,
): PolicyDecision => ({
  reasons: Object.fromEntries(
    [...verdict.rules, ...verdict.risk.parts.map(({ name }) => name)].flatMap((name) => {
      const why = whys.get(name);
      return why === undefined ? [] : [[name, why]];
    }),
  ),
  decision: verdict.effect,
  approval: verdict.approval,
  reviewerRoles: verdict.reviewerRoles,
  rules: verdict.rules,
  input,
  policyVersion,
  risk: riskOf(verdict.risk),
  suspend: verdict.suspend,
  signs: verdict.abuse.parts.map(({ name }) => name),
});
