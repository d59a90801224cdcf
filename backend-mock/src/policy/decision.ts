import type { ApprovalLevel, JsonObject } from '@narrow-deputies/contracts';
import type { Decision } from '../audit/entry.ts';

/** What policy says about one call, and why. */
export interface PolicyDecision {
  readonly decision: Decision;
  /** Who has to approve; `none` unless the decision is `require_approval`. */
  readonly approval: ApprovalLevel;
  /** Names of the rules that determined the decision. */
  readonly rules: readonly string[];
  /** Everything that was read to decide. */
  readonly input: JsonObject;
  readonly policyVersion: string;
}
