import type { ApprovalLevel, Contract, JsonObject, Risk } from '@narrow-deputies/contracts';
import type { PolicyDecision } from './decision.ts';

/** Names the rules below; part of every plan's digest. */
export const POLICY_VERSION = 'built-in-1';

const STRICTNESS: readonly ApprovalLevel[] = ['none', 'owner', 'reviewer', 'two_reviewers'];

/** The stricter of two levels. */
export const stricter = (a: ApprovalLevel, b: ApprovalLevel): ApprovalLevel =>
  STRICTNESS.indexOf(a) >= STRICTNESS.indexOf(b) ? a : b;

/**
 * The built-in policy: whoever holds the scope may read and plan; every commit needs a person, the plan's owner at least,
 * or whom its contract asks for. Pure.
 */
export function decide(contract: Contract, subject: { agent: string; environment: string }): PolicyDecision {
  const input: JsonObject = {
    tool: contract.name,
    kind: contract.kind,
    action: contract.action,
    context: contract.context,
    agent: subject.agent,
    environment: subject.environment,
    ships: contract.ships,
  };
  const common = { input, policyVersion: POLICY_VERSION };
  switch (contract.kind) {
    case 'read':
      return { ...common, decision: 'allow', approval: 'none', rules: ['built-in:reads-in-scope'] };
    case 'plan':
      return { ...common, decision: 'allow', approval: 'none', rules: ['built-in:plans-in-scope'] };
    case 'commit':
      return {
        ...common,
        decision: 'require_approval',
        approval: stricter('owner', contract.approval),
        rules: ['built-in:commits-need-a-person'],
      };
  }
}

/** How much there is to lose, from what the contract says alone. */
export function assessRisk(contract: Contract): Risk {
  const parts = [
    { name: `kind:${contract.kind}`, score: contract.kind === 'commit' ? 20 : 0 },
    { name: 'ships', score: contract.ships ? 30 : 0 },
  ].filter((part) => part.score > 0);
  const score = parts.reduce((sum, part) => sum + part.score, 0);
  return { score, level: score >= 70 ? 'high' : score >= 40 ? 'medium' : 'low', parts };
}
