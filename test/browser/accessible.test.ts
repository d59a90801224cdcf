import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import {
  actButton,
  enrol,
  enrolWithBrowser,
  forgetLimits,
  inviteLink,
  NARROW,
  newVisitor,
  openPlan,
  overflowOf,
  screenshot,
  startBrowser,
  WIDE,
  type Visitor,
  visit,
} from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { PICTURE, showPlansOfEveryKind, type ShownPlans } from '../support/every-plan.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { pendingPlan } from '../support/plans-and-people.ts';
import { storedOf } from '../support/stored.ts';
import { grantTask } from '../support/tasks.ts';

const LOOKS = [
  ['narrow', 'light', NARROW],
  ['narrow', 'dark', NARROW],
  ['wide', 'light', WIDE],
  ['wide', 'dark', WIDE],
] as const;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const POLICIES = join(import.meta.dirname, '..', '..', 'backend-mock', 'policies');

let lab: Lab;
let browser: Browser;
let owner: Visitor;
let plans: ShownPlans;

/** What axe finds wrong with the page that is open, a line for each rule. */
async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const options = JSON.stringify({
    runOnly: { type: 'tag', values: RULES },
    resultTypes: ['violations'],
    iframes: false,
  });
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${options})`);
  return violations.map(
    ({ id, nodes }) =>
      `${id} (${nodes.length}): ${nodes
        .slice(0, 3)
        .map(({ target }) => String(target))
        .join(' | ')}`,
  );
}

/** Goes on with the keyboard until something has the focus. @throws where it is not reached. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < 60; stop++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return;
  }
  throw new Error(`The keyboard does not reach ${selector}.`);
}

/** Chooses what is shipped for another environment: much that is new, and something that is wrong. */
async function lookAtProduction(page: Page): Promise<void> {
  const packs = ['blog.yaml', 'crm.yaml', 'tickets.yaml'].map((name) => join(POLICIES, 'risk', name));
  await page.locator('input[name=policy]').setInputFiles(join(POLICIES, 'production.yaml'));
  await page.locator('input[name=packs]').setInputFiles(packs);
  await page.getByRole('button', { name: 'See what it would change' }).click();
  await page.locator('[data-policy-preview] .finding.error').first().waitFor();
}

const pages = (): [name: string, path: string][] => [
  ['waiting', '/waiting'],
  ['history', '/history'],
  ['activity', '/activity'],
  ['exports', '/exports'],
  ['agents', '/agents'],
  ['tasks', '/tasks'],
  ['people', '/people'],
  ['policy', '/policy'],
  ['no-plan', '/plans/00000000-0000-4000-8000-000000000000'],
  ...Object.entries(plans).map(([name, id]): [string, string] => [`plan-${name}`, `/plans/${id}`]),
];

inBrowser('everybody can use it', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner', 'administrator']);
    plans = await showPlansOfEveryKind(lab);
    await lab.people.owner.call('suspend', { kind: 'tool', target: 'commit_update_ticket', reason: 'Looks strange.' });
    await grantTask(lab, { upTo: '50.00' });
    await grantTask(lab, { tools: ['commit_refund', 'commit_update_ticket'], uses: 3 });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
  });

  test.each(LOOKS)(
    'axe finds nothing on any page, %s and %s, and nothing is cut off [console.accessible]',
    async (width, colorScheme, viewport) => {
      const context = await browser.newContext({
        storageState: await owner.context.storageState(),
        viewport,
        colorScheme,
        // For axe alone, which our policy would stop; the policy itself is held by the other tests.
        bypassCSP: true,
      });
      const page = await context.newPage();
      const found: unknown[] = [];
      for (const [name, path] of pages()) {
        await visit(page, `${lab.backend.consoleUrl}${path}`);
        if (name.startsWith('plan-publish')) await page.frameLocator('iframe').locator('article').waitFor();
        await screenshot(page, `${name}-${width}-${colorScheme}`);
        for (const finding of await axeFinds(page)) found.push([name, finding]);
        const overflow = await overflowOf(page);
        if (overflow > 0) found.push([name, `${overflow} pixels beyond the edge`]);
      }
      await visit(page, `${lab.backend.consoleUrl}/policy`);
      await lookAtProduction(page);
      await screenshot(page, `policy-preview-${width}-${colorScheme}`);
      for (const finding of await axeFinds(page)) found.push(['policy-preview', finding]);
      expect(await overflowOf(page)).toBe(0);
      for (const [name, path] of [
        ['sign-in', '/sign-in'],
        ['plan-stranger', `/plans/${plans.refund}`],
      ] as const) {
        await context.clearCookies();
        await visit(page, `${lab.backend.consoleUrl}${path}`);
        await screenshot(page, `${name}-${width}-${colorScheme}`);
        for (const finding of await axeFinds(page)) found.push([name, finding]);
      }
      await forgetLimits(lab);
      await visit(page, await inviteLink(lab, 'Mara', ['reviewer']));
      await page.getByText('you are invited as reviewer').waitFor();
      await screenshot(page, `enrol-${width}-${colorScheme}`);
      for (const finding of await axeFinds(page)) found.push(['enrol', finding]);
      expect(found).toEqual([]);
      await context.close();
    },
    120_000,
  );

  test('no page breaks its own policy [console.headers]', async () => {
    owner.trouble.length = 0;
    for (const [, path] of pages()) {
      await visit(owner.page, `${lab.backend.consoleUrl}${path}`);
      if (path.endsWith(plans.publish)) {
        await owner.page.locator('iframe').scrollIntoViewIfNeeded();
        await owner.page.frameLocator('iframe').locator('article').waitFor();
      }
    }
    // The policy of the article's frame keeps its picture out: that is what it is for.
    expect(owner.trouble.filter((line) => !line.includes(PICTURE))).toEqual([]);
    const elsewhere = owner.requests.filter((url) => !url.startsWith(lab.backend.consoleUrl));
    expect(elsewhere.filter((url) => url !== PICTURE)).toEqual([]);
  });

  test('one signs in and approves with the keyboard alone [console.accessible]', async () => {
    await forgetLimits(lab);
    const visitor = await newVisitor(browser, { viewport: WIDE });
    await enrol(visitor, await inviteLink(lab, 'owner', ['owner']));
    const { page } = visitor;
    await visit(page, `${lab.backend.consoleUrl}/sign-in`);
    await tabTo(page, '[data-sign-in]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/waiting');
    const planId = await pendingPlan(lab);
    await page.locator(`a[href="/plans/${planId}"]`).waitFor();
    await tabTo(page, `a[href="/plans/${planId}"]`);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/plans/${planId}`);
    await tabTo(page, 'form[data-act="approve"] button');
    await page.keyboard.press('Enter');
    await page.locator('[data-plan][data-state="released"]').waitFor();
    expect((await storedOf(lab, planId)).approvals).toBe(1);
    await visitor.context.close();
  });

  test('what is stopped stands on the agents page, and everybody sees it when it is everything [console.stopped]', async () => {
    const { page } = owner;
    await visit(page, `${lab.backend.consoleUrl}/agents`);
    await page.getByText('the tool commit_update_ticket').first().waitFor();
    await page.getByText('Reason: Looks strange.').waitFor();
    await lab.people.owner.call('suspend', { kind: 'everything', target: '', reason: 'Drill.' });
    for (const path of ['/waiting', '/history', '/people']) {
      await visit(page, `${lab.backend.consoleUrl}${path}`);
      await page.getByText('Everything is stopped').waitFor();
    }
    await screenshot(page, 'stopped-narrow-light');
    await visit(page, `${lab.backend.consoleUrl}/agents#stops`);
    const resume = page.locator('form[data-act="resume"]').filter({ hasText: /everything/i });
    await resume.locator('[name=reason]').fill('The drill is over.');
    await resume.getByRole('button').click();
    await resume.waitFor({ state: 'detached' });
    expect(await actButton(page, 'resume').count()).toBe(1);
    const { json } = await lab.people.owner.call('list_suspensions', {});
    expect(json['suspensions']).toHaveLength(1);
    await openPlan(owner, lab, plans.refund);
  });
});
