import type { ApprovalLevel } from '@narrow-deputies/contracts';
import type { Plan } from '../../../plans/plan.ts';

/** `commit_publish_draft` → `publish draft`. */
export const nameOfTool = (tool: string): string => tool.replace('commit_', '').replaceAll('_', ' ');

/** Behind "This plan". */
export const STATES: Readonly<Record<Plan['state'], string>> = {
  planned: 'is being made',
  pending_approval: 'waits for a person',
  released: 'is approved and may be committed once',
  committed: 'was committed',
  rejected: 'was rejected',
  expired: 'has expired',
  revoked: 'was revoked',
  stale: 'is out of date: the world changed since',
};

/** Who decides, as a person would say it. */
export const DECIDERS: Readonly<Record<ApprovalLevel, string>> = {
  none: 'nobody has to approve it',
  owner: 'the person that the agent acts for',
  reviewer: 'a reviewer who is not the person that the agent acts for',
  two_reviewers: 'two different reviewers, neither of them the person that the agent acts for',
};

/** Why a person is asked, where no policy could say otherwise. */
export const RULES: Readonly<Record<string, string>> = {
  law: 'No policy may release this by itself: its contract asks for a person.',
};

/** The state that a plan is in at a moment: its time may be over before anybody has written that down. */
export const stateAt = (plan: Pick<Plan, 'state' | 'expiresAt'>, now: number): Plan['state'] =>
  (plan.state === 'pending_approval' || plan.state === 'released') && plan.expiresAt <= now ? 'expired' : plan.state;

/** Enough of a digest to compare two by eye: `a1b2c3d4 … 9e8f7a6b`. */
export const shortDigest = (digest: string): string =>
  `${digest.replace('sha-256:', '').slice(0, 8)} … ${digest.slice(-8)}`;
