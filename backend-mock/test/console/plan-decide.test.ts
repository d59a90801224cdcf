import { describe, expect, test } from '@jest/globals';
import { digestOfJson } from '@narrow-deputies/signing';
import { PREVIEWS } from '../support/previews.ts';
import { makePerson, makePlan, MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';
import { makeDecision, shownPage } from '../support/shown-plans.ts';

const levelled = (approval: 'owner' | 'reviewer' | 'two_reviewers') =>
  makePlan({ decision: { ...makePlan().decision, approval } });

/** The acts that a page offers, with their arguments. */
const actsOf = (page: string): [string, Record<string, string>][] =>
  [...page.matchAll(/data-act="([^"]+)" data-arguments="([^"]*)"/g)].map(([, act = '', args = '']) => [
    act,
    JSON.parse(args.replaceAll('&quot;', '"')) as Record<string, string>,
  ]);

describe('deciding on the page of a plan [approval.page]', () => {
  test('offers three acts to whoever may decide, each over exactly what the page shows', () => {
    const plan = makePlan({ preview: PREVIEWS['refund'] ?? {} });
    const body = { planId: plan.id, planDigest: plan.digest, shownDigest: digestOfJson(plan.preview) };
    expect(actsOf(shownPage({ plan }))).toEqual([
      ['approve_and_apply', { ...body, decision: 'approve' }],
      ['approve', { ...body, decision: 'approve' }],
      ['reject', { ...body, decision: 'reject' }],
    ]);
  });

  test('the only field that Enter can send rejects, and needs a reason', () => {
    const [, form = ''] = shownPage().split('data-act="reject"');
    expect(form).toMatch(/<input name="reason" required maxlength="500"/);
    expect(shownPage().match(/<(input|textarea|select)\b/g)).toHaveLength(1);
    expect(shownPage()).not.toContain('autofocus');
  });

  test('says what a passkey will sign, short enough to compare', () => {
    const plan = makePlan();
    const hex = plan.digest.replace('sha-256:', '');
    expect(shownPage({ plan })).toContain(`signs this plan, <code>${hex.slice(0, 8)} … ${hex.slice(-8)}</code>`);
  });

  const refused = [
    ['somebody who is not its owner', { viewer: REVIEWER, plan: levelled('owner') }, 'That is not you.'],
    ['its owner, where another has to look', { plan: levelled('reviewer') }, 'somebody else has to look'],
    ['its owner among two reviewers', { plan: levelled('two_reviewers') }, 'somebody else has to look'],
    [
      'somebody without the role',
      { viewer: makePerson('vera', ['support-lead']), plan: levelled('reviewer') },
      'You do not have the role &quot;reviewer&quot;.',
    ],
    [
      'its owner who lost the role',
      { viewer: { ...OWNER, roles: [] }, plan: levelled('owner') },
      'you do not have the role &quot;owner&quot;',
    ],
    [
      'a reviewer who decided already',
      { viewer: REVIEWER, plan: levelled('two_reviewers'), approvals: [makeDecision()] },
      'You have decided already.',
    ],
  ] as const;
  test.each(refused)('has no form for %s, and says why [person.four-eyes]', (_who, shown, words) => {
    const page = shownPage(shown);
    expect(actsOf(page)).toEqual([]);
    expect(page).toContain(words);
  });

  test('asks a stranger to sign in, and comes back', () => {
    const plan = makePlan();
    const page = shownPage({ plan, viewer: undefined });
    expect(actsOf(page)).toEqual([]);
    expect(page).toContain(`data-sign-in data-next="/plans/${plan.id}"`);
    expect(page).toContain(`approvals approve ${plan.id}`);
  });

  test('names the command line only where its keys count [person.environments]', () => {
    expect(shownPage({ viewer: undefined, environment: 'production' })).not.toContain('npm run');
  });

  test.each(['planned', 'released', 'committed', 'rejected', 'expired', 'revoked', 'stale'] as const)(
    'has no form on a plan that is %s',
    (state) => {
      const page = shownPage({ plan: makePlan({ state }) });
      expect(actsOf(page)).toEqual([]);
      expect(page).not.toContain('id="decide"');
    },
  );

  test('has no form on a plan that was changed by hand, and says so', () => {
    const page = shownPage({ intact: false });
    expect(actsOf(page)).toEqual([]);
    expect(page).toContain('This plan is not as it was stored.');
  });

  test('has no form at the moment at which a plan expires', () => {
    expect(actsOf(shownPage({ now: NOON + 30 * MINUTE }))).toEqual([]);
    expect(actsOf(shownPage({ now: NOON + 30 * MINUTE - 1 }))).toHaveLength(3);
  });
});
