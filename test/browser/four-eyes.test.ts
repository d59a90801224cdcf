import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { actButton, enrolWithBrowser, openPlan, startBrowser, type Visitor } from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { decisionOn, pendingPlan } from '../support/plans-and-people.ts';
import { activate, askingFor } from '../support/policies.ts';
import { storedOf } from '../support/stored.ts';

const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
let browser: Browser;
let owner: Visitor;
let first: Visitor;
let second: Visitor;

/** A plan under a policy that asks for more people than the shipped one of development does for an article. */
const plannedFor = async (asked: 'reviewer' | 'two_reviewers'): Promise<string> => {
  await activate(lab, askingFor(asked));
  return pendingPlan(lab);
};

inBrowser('four eyes', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner', 'reviewer']);
    first = await enrolWithBrowser(browser, lab, 'Rita', ['reviewer']);
    second = await enrolWithBrowser(browser, lab, 'Ravi', ['reviewer']);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    // Policies are put into the store by hand here.
    await stopHolding(lab, ['policy_not_activated']);
    expect([owner, first, second].flatMap((visitor) => visitor?.trouble ?? [])).toEqual([]);
  });

  test("the owner is not asked for a reviewer's approval, and gives none in another way [person.four-eyes]", async () => {
    const planId = await plannedFor('reviewer');
    await openPlan(owner, lab, planId);
    await owner.page.getByRole('heading', { name: 'Decide' }).waitFor();
    expect(await owner.page.locator('form[data-act]').count()).toBe(0);
    const reply = await lab.people.owner.call('approve', await decisionOn(lab, planId));
    expect(reply.json['code']).toBe('insufficient_scope');
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'pending_approval', approvals: 0 });

    await openPlan(first, lab, planId);
    await actButton(first.page, 'approve').click();
    await first.page.locator('[data-plan][data-state="released"]').waitFor();
    expect((await lab.wire.call(COMMIT, { planId })).status).toBe(200);
  });

  test('two reviewers are two people: one cannot approve twice, the second releases [person.four-eyes]', async () => {
    const planId = await plannedFor('two_reviewers');
    await openPlan(first, lab, planId);
    await actButton(first.page, 'approve').click();
    await first.page.getByText('You have decided already').waitFor();
    expect(await first.page.locator('form[data-act]').count()).toBe(0);
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'pending_approval', approvals: 1 });
    expect((await lab.wire.call(COMMIT, { planId })).json['code']).toBe('approval_required');

    await openPlan(second, lab, planId);
    await actButton(second.page, 'approve_and_apply').click();
    await second.page.locator('[data-plan][data-state="committed"]').waitFor();
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'committed', approvals: 2, effects: 1 });
  });

  test("the first of two cannot apply alone, and the second's no is a no [person.four-eyes, approval.rejected]", async () => {
    const planId = await plannedFor('two_reviewers');
    await openPlan(first, lab, planId);
    await actButton(first.page, 'approve_and_apply').click();
    await first.page.getByText('You have decided already').waitFor();
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'pending_approval', effects: 0, articles: 0 });
    await openPlan(second, lab, planId);
    await second.page.locator('form[data-act="reject"] [name=reason]').fill('Not this week.');
    await actButton(second.page, 'reject').click();
    await second.page.locator('[data-plan][data-state="rejected"]').waitFor();
    expect((await lab.wire.call(COMMIT, { planId })).text).toContain('Not this week.');
  });
});
