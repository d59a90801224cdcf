import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
  actButton,
  enrolWithBrowser,
  overflowOf,
  screenshot,
  startBrowser,
  WIDE,
  type Visitor,
  visit,
} from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { refundOn, tasksIn, use } from '../support/tasks.ts';
import { seedTickets } from '../support/tickets.ts';

let lab: Lab;
let browser: Browser;
let owner: Visitor;
let reviewer: Visitor;

inBrowser('what agents may do without asking', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner'], { viewport: WIDE });
    reviewer = await enrolWithBrowser(browser, lab, 'Rita', ['reviewer']);
  }, 60_000);
  beforeEach(async () => {
    await seedTickets(lab);
    await lab.backend.database.db.deleteFrom('tasks').execute();
  });
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
    expect([owner, reviewer].flatMap((visitor) => visitor?.trouble ?? [])).toEqual([]);
  });

  /** Fills in the form for tickets, up to its button. */
  async function fillIn(sum: string): Promise<void> {
    const { page } = owner;
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.getByText('support-agent on one ticket').click();
    const form = page.locator('form[data-act="grant_task"]', { has: page.locator('[value="commit_refund"]') });
    await form.locator('[name=resourceId]').fill('1842');
    await form.locator('[value="commit_refund"]').check();
    await form.locator('[name=upTo]').fill(sum);
    await form.locator('[name=currency]').fill('EUR');
    await form.locator('[name=reason]').fill('Broken cups.');
    await screenshot(page, 'tasks-form');
    await form.getByRole('button').click();
  }

  test('is granted with a passkey, counts as it is used, and is ended by a button [task.granted, task.ended]', async () => {
    const { page } = owner;
    await fillIn('50.00');
    await page.getByText('refund on ticket 1842').first().waitFor();
    const [task] = await tasksIn(lab);
    expect(task).toMatchObject({ tools: '["commit_refund"]', sum_maximum: 5000, uses_maximum: null, spent: 0 });
    const minutes = (Number(task?.['expires_at']) - Number(task?.['created_at'])) / 60_000;
    expect(Math.round(minutes)).toBe(30);
    expect(await use(lab, String(task?.['id']), await refundOn(lab, 1250))).toBe(true);
    await page.reload();
    await page.getByText('Used: 12.50 EUR of 50.00 EUR in 1 commit').waitFor();
    expect(await overflowOf(page)).toBe(0);
    await screenshot(page, 'tasks-used');
    await actButton(page, 'revoke_task').click();
    await page.getByText('No task runs').waitFor();
    expect(await tasksIn(lab)).toMatchObject([{ state: 'revoked', spent: 1250 }]);
    await screenshot(page, 'tasks-ended');
  });

  test('is not granted without what its tools need, and the page says why [task.bounds]', async () => {
    const { page } = owner;
    await fillIn('');
    await page.getByRole('alert').filter({ hasText: 'A currency belongs to a sum.' }).waitFor();
    expect(await tasksIn(lab)).toEqual([]);
  });

  test('is no page that others are led to, and shows them nothing [task.granted]', async () => {
    const { page } = reviewer;
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    expect(await page.getByRole('link', { name: 'Tasks' }).count()).toBe(0);
    await visit(page, `${lab.backend.consoleUrl}/tasks`);
    await page.getByText('Tasks are shown to owners and administrators.').waitFor();
    expect(await page.locator('form[data-act]').count()).toBe(0);
  });
});
