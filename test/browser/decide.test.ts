import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
  actButton,
  enrolWithBrowser,
  openPlan,
  overflowOf,
  screenshot,
  startBrowser,
  type Visitor,
  visit,
} from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { pendingPlan } from '../support/plans-and-people.ts';
import { storedOf } from '../support/stored.ts';
import { ORDER, plan, refundOf, seedTickets, TICKET } from '../support/tickets.ts';

const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
let browser: Browser;
let owner: Visitor;

inBrowser('deciding', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner']);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
    expect(owner?.trouble ?? []).toEqual([]);
  });

  test('what is approved is released, with a passkey, and the agent commits it once [console.decide]', async () => {
    const planId = await pendingPlan(lab);
    await openPlan(owner, lab, planId);
    await actButton(owner.page, 'approve').click();
    await owner.page.locator('[data-plan][data-state="released"]').waitFor();
    expect(await owner.page.locator('form[data-act]').count()).toBe(0);
    const [approval] = await lab.backend.database.db
      .selectFrom('approvals')
      .select(['assurance', 'decision'])
      .where('plan_id', '=', planId)
      .execute();
    expect(approval).toEqual({ assurance: 'passkey', decision: 'approve' });
    expect((await storedOf(lab, planId)).effects).toBe(0);
    expect((await lab.wire.call(COMMIT, { planId })).status).toBe(200);
    expect((await storedOf(lab, planId)).effects).toBe(1);
  });

  test('what is approved and applied happens at once, and the agent gets the receipt later [console.decide]', async () => {
    const planId = await pendingPlan(lab);
    await openPlan(owner, lab, planId);
    await actButton(owner.page, 'approve_and_apply').click();
    await owner.page.locator('[data-plan][data-state="committed"]').waitFor();
    const { state, effects, receipt } = await storedOf(lab, planId);
    expect({ state, effects }).toEqual({ state: 'committed', effects: 1 });
    await owner.page.getByRole('heading', { name: 'Receipt' }).waitFor();
    const late = await lab.wire.call(COMMIT, { planId });
    expect(late).toMatchObject({ status: 200, json: { receipt, repeated: true } });
    expect((await storedOf(lab, planId)).effects).toBe(1);
  });

  test('a rejection takes a reason, which reaches the agent [approval.rejected, console.decide]', async () => {
    const planId = await pendingPlan(lab);
    await openPlan(owner, lab, planId);
    await actButton(owner.page, 'reject').click();
    // The browser itself asks for the reason first.
    expect((await storedOf(lab, planId)).state).toBe('pending_approval');
    const reason = 'The second paragraph names a customer.';
    await owner.page.locator('form[data-act="reject"] [name=reason]').fill(reason);
    await actButton(owner.page, 'reject').click();
    await owner.page.locator('[data-plan][data-state="rejected"]').waitFor();
    const told = await lab.wire.call(COMMIT, { planId });
    expect(told.json['code']).toBe('approval_rejected');
    expect(told.text).toContain(reason);
    expect(await storedOf(lab, planId)).toMatchObject({ articles: 0, effects: 0 });
  });

  test('whoever does not confirm decides nothing, and can try again [console.decide]', async () => {
    const planId = await pendingPlan(lab);
    const { page } = owner;
    await openPlan(owner, lab, planId);
    await page.route('**/acts', (route) => route.abort(), { times: 1 });
    await actButton(page, 'approve').click();
    await page.locator('form[data-act="approve"] [role=alert]').filter({ hasText: /\S/ }).waitFor();
    expect((await storedOf(lab, planId)).approvals).toBe(0);
    await actButton(page, 'approve').click();
    await page.locator('[data-plan][data-state="released"]').waitFor();
  });

  test('a refund is understood and approved on a small screen: the sum, the order, the buttons [console.decide]', async () => {
    await seedTickets(lab);
    const { json } = await plan(lab, 'refund', refundOf(250));
    const { page } = owner;
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    const link = page.getByRole('link').filter({ hasText: /2\.50/ });
    expect(await link.innerText()).toMatch(/refund/i);
    await link.click();
    await page.locator(`[data-plan="${String(json['planId'])}"]`).waitFor();
    const said = await page.locator('main').innerText();
    for (const words of ['2.50', '10.00', ORDER, TICKET, 'Two cups arrived broken.']) expect(said).toContain(words);
    expect(await overflowOf(page)).toBe(0);
    await screenshot(page, 'plan-refund-narrow');
    await actButton(page, 'approve_and_apply').click();
    await page.locator('[data-plan][data-state="committed"]').waitFor();
    const refunds = await lab.backend.database.db.selectFrom('refunds').select('amount').execute();
    expect(refunds).toEqual([{ amount: 250 }]);
  });
});
