import type { Approval } from '../../src/approvals/approvals-repository.ts';
import { planPage } from '../../src/console/pages/plan-page.ts';
import type { ShownPlan } from '../../src/console/pages/plan/shown-plan.ts';
import { makePlan, MINUTE, NOON, OWNER, REVIEWER } from './rows.ts';

/** A decision on a plan, as it is shown. */
export const makeDecision = (overrides: Partial<Approval> = {}): Approval => ({
  id: 'approval-1',
  planId: 'plan-1',
  personId: REVIEWER.id,
  keyid: 'passkey-1',
  decision: 'approve',
  reason: null,
  assurance: 'passkey',
  evidence: { method: 'POST', targetUri: '', headers: {}, body: '' },
  createdAt: NOON + MINUTE,
  ...overrides,
});

/** A waiting plan as its owner sees it, unless it is said otherwise. */
export const makeShown = (overrides: Partial<ShownPlan> = {}): ShownPlan => ({
  plan: makePlan(),
  contents: {},
  intact: true,
  now: NOON + MINUTE,
  environment: 'development',
  viewer: OWNER,
  names: new Map([OWNER, REVIEWER].map(({ id, name }) => [id, name])),
  approvals: [],
  host: null,
  ...overrides,
});

/** The page without the white space between its elements, which says nothing. */
export const shownPage = (overrides: Partial<ShownPlan> = {}): string =>
  planPage(makeShown(overrides))
    .text.replaceAll(/\s*\n\s*</g, '<')
    .replaceAll(/>\s+</g, '><')
    .replaceAll(/\s*\n\s+/g, ' ');
