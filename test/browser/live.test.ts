import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { actButton, enrolWithBrowser, openPlan, startBrowser, type Visitor, visit } from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { expectUndecided, pendingPlan } from '../support/plans-and-people.ts';
import { until } from '../support/processes.ts';
import { storedOf } from '../support/stored.ts';

let lab: Lab;
let browser: Browser;
let owner: Visitor;

const change = (planId: string, to: { expires_at?: number; digest?: string; preview?: string }): Promise<unknown> =>
  lab.backend.database.db.updateTable('plans').set(to).where('id', '=', planId).execute();

/** Without what tells the page: the answer to a decision has to hold by itself. */
const withoutEvents = async ({ page }: Visitor): Promise<void> => {
  await page.route('**/events', (route) => route.abort());
};

inBrowser('a page that stays open', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner']);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
    // The article of a plan that was changed by hand is not given, to its frame neither.
    expect((owner?.trouble ?? []).filter((line) => !line.startsWith('Framing'))).toEqual([]);
  });

  test('shows what comes to wait, and what is gone [console.live]', async () => {
    const { page } = owner;
    const planId = await pendingPlan(lab);
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    await page.locator(`a[href="/plans/${planId}"]`).waitFor();
    await lab.people.owner.decide('approve', planId);
    await page.locator(`a[href="/plans/${planId}"]`).waitFor({ state: 'detached' });
    const next = await pendingPlan(lab);
    await page.locator(`a[href="/plans/${next}"]`).waitFor();
  });

  test('shows what came while it was loading [console.live]', async () => {
    const { page } = owner;
    await pendingPlan(lab);
    let planId: string | undefined;
    await page.route(
      '**/events',
      async (route) => {
        planId = await pendingPlan(lab);
        await route.continue();
      },
      { times: 1 },
    );
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    const made = await until('the plan', () => planId);
    await page.locator(`a[href="/plans/${made}"]`).waitFor();
  });

  test('is not told what stood before it was opened [console.live]', async () => {
    const watching = await owner.context.newPage();
    await pendingPlan(lab);
    await visit(watching, `${lab.backend.consoleUrl}/waiting`);
    const planId = await pendingPlan(lab);
    await openPlan(owner, lab, planId);
    // By then every page was told how things stand.
    await watching.locator(`a[href="/plans/${planId}"]`).waitFor();
    expect(await actButton(owner.page, 'approve').isEnabled()).toBe(true);
    await watching.close();
  });

  test('cannot decide what has expired meanwhile, and says so [console.live, plan.expiry]', async () => {
    const planId = await pendingPlan(lab);
    const context = await browser.newContext({ storageState: await owner.context.storageState() });
    const page = await context.newPage();
    await page.clock.install();
    await openPlan({ page }, lab, planId);
    expect(await actButton(page, 'approve').isEnabled()).toBe(true);
    await page.clock.fastForward('31:00');
    await page.getByText('This plan has expired.').waitFor();
    for (const act of ['approve', 'approve_and_apply', 'reject']) {
      expect(await actButton(page, act).isDisabled()).toBe(true);
    }
    await context.close();
  });

  test('an expired plan is not decided by a page that was not told [plan.expiry]', async () => {
    const planId = await pendingPlan(lab);
    const { page } = owner;
    await withoutEvents(owner);
    await openPlan(owner, lab, planId);
    await change(planId, { expires_at: Date.now() - 1 });
    await actButton(page, 'approve').click();
    await page.getByRole('alert').filter({ hasText: 'expired' }).waitFor();
    expect((await storedOf(lab, planId)).approvals).toBe(0);
    await page.unroute('**/events');
  });

  test('cannot decide what somebody else decided meanwhile, and says so [console.live]', async () => {
    const planId = await pendingPlan(lab);
    const { page } = owner;
    await openPlan(owner, lab, planId);
    await lab.people.owner.decide('reject', planId);
    await page.getByText('This plan has changed meanwhile.').waitFor();
    expect(await actButton(page, 'approve').isDisabled()).toBe(true);
    expect((await storedOf(lab, planId)).approvals).toBe(1);
  });

  test('what is approved is what was shown: a plan that is another by then is not approved [approval.bound]', async () => {
    const planId = await pendingPlan(lab);
    await openPlan(owner, lab, planId);
    const { digest } = await rowOf(planId);
    await change(planId, { digest: `sha-256:${'0'.repeat(64)}` });
    await actButton(owner.page, 'approve').click();
    await owner.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    await change(planId, { digest });
    await expectUndecided(lab, planId);
  });

  test('a plan that was changed in the database is said to be, and cannot be decided [approval.bound]', async () => {
    const planId = await pendingPlan(lab);
    const { preview } = await rowOf(planId);
    await change(planId, { preview: preview.replace('Draft', 'Other') });
    await openPlan(owner, lab, planId);
    await owner.page.getByText('This plan is not as it was stored.').waitFor();
    expect(await owner.page.locator('form[data-act]').count()).toBe(0);
  });
});

const rowOf = (planId: string): Promise<{ digest: string; preview: string }> =>
  lab.backend.database.db
    .selectFrom('plans')
    .select(['preview', 'digest'])
    .where('id', '=', planId)
    .executeTakeFirstOrThrow();
