import type { JsonObject } from '@narrow-deputies/contracts';
import { stricter, type PolicyDecision } from '../policy/decision.ts';
import type { Plan } from './plan.ts';

/**
 * What the entry of a commit says so that it can be verified from the log alone: which plan, by its digest; and who had to
 * approve, by policy's binding decision and by the plan's own together.
 */
export function commitDetails(plan: Pick<Plan, 'digest' | 'decision'>, decision: PolicyDecision): JsonObject {
  const { approval, reviewerRoles } = stricter(decision, plan.decision);
  return { planDigest: plan.digest, release: { approval, reviewerRoles: [...reviewerRoles] } };
}
