import type { JsonObject } from '@narrow-deputies/contracts';
import { rfc3339 } from '../common/clock.ts';
import type { Settings } from '../common/settings.ts';
import type { Plan } from './plan.ts';

/** Where people see a plan; it resolves for as long as the plan is kept and grants nothing. */
export const approvalUrl = (settings: Settings, planId: string): string => `${settings.consoleUrl}/plans/${planId}`;

/** What a plan operation answers (WIRE.md, "Answers"). */
export function planAnswerBody(settings: Settings, plan: Plan, repeated: boolean): JsonObject {
  const pending = plan.state === 'pending_approval';
  return {
    planId: plan.id,
    planDigest: plan.digest,
    status: pending ? 'pending_approval' : 'released',
    preview: plan.preview,
    risk: { ...plan.risk, parts: plan.risk.parts.map((part) => ({ ...part })) },
    expiresAt: rfc3339(plan.expiresAt),
    ...(pending && { approvalUrl: approvalUrl(settings, plan.id) }),
    repeated,
  };
}

/** What people see of a plan: all that an approval binds, and who asked. */
export function planForPeople(settings: Settings, plan: Plan): JsonObject {
  return {
    planId: plan.id,
    planDigest: plan.digest,
    shownDigest: plan.shownDigest,
    status: plan.state,
    tool: plan.commitTool,
    approval: plan.decision.approval,
    rules: [...plan.decision.rules],
    clientId: plan.clientId,
    agent: plan.agent,
    ownerId: plan.ownerId,
    runId: plan.runId,
    createdAt: rfc3339(plan.createdAt),
    expiresAt: rfc3339(plan.expiresAt),
    risk: { ...plan.risk, parts: plan.risk.parts.map((part) => ({ ...part })) },
    approvalUrl: approvalUrl(settings, plan.id),
    preview: plan.preview,
    receipt: plan.receipt,
  };
}
