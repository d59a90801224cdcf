import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import {
  actButton,
  enrolWithBrowser,
  NARROW,
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
import { activate, policyWith } from '../support/policies.ts';

/** Beside the policy, in a folder of its own, as teams keep them. */
const PACK = `version: 1
domain: crm
factors:
  - id: every-look
    score: 1
    when: { kinds: [read] }
`;
const NO_LOOKUPS = `version: 1
name: no-lookups
environment: development
time_zone: Etc/UTC
risk:
  packs: [risk/crm.yaml]
rules:
  - id: reads-and-plans
    effect: allow
    when: { kinds: [read, plan] }
  - id: customers-stay-away
    why: Nobody looks customers up today.
    effect: deny
    when: { contexts: [crm] }
  - id: commits-ask
    effect: require_approval
    approval: owner
    when: { kinds: [commit] }
`;

let lab: Lab;
let browser: Browser;
let administrator: Visitor;
let reviewer: Visitor;
let folder: string;

inBrowser('the policy', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deputies-policy-'));
    browser = await startBrowser();
    lab = await startLab();
    administrator = await enrolWithBrowser(browser, lab, 'owner', ['owner', 'administrator'], { viewport: WIDE });
    reviewer = await enrolWithBrowser(browser, lab, 'Rita', ['reviewer']);
    await activate(lab, policyWith(''));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    // Policies are put into the store by hand here.
    await stopHolding(lab, ['policy_not_activated']);
    await rm(folder, { recursive: true, force: true });
    expect([administrator, reviewer].flatMap((visitor) => visitor?.trouble ?? [])).toEqual([]);
  });

  const lookUp = async (): Promise<string> => {
    const reply = await lab.wireOf('crm-reader').call('/v1/crm/search_customers', { query: 'berlin' });
    return String(reply.json['code'] ?? 'served');
  };

  async function write(policy: string, pack = PACK): Promise<[policy: string, pack: string]> {
    await mkdir(join(folder, 'risk'), { recursive: true });
    const paths: [string, string] = [join(folder, 'no-lookups.yaml'), join(folder, 'risk', 'crm.yaml')];
    await writeFile(paths[0], policy);
    await writeFile(paths[1], pack);
    return paths;
  }

  async function look(page: Page, policy: string, packs: readonly string[]): Promise<string> {
    await page.locator('input[name=policy]').setInputFiles(policy);
    await page.locator('input[name=packs]').setInputFiles([...packs]);
    await page.getByRole('button', { name: 'See what it would change' }).click();
    await page.locator('[data-policy-preview]').waitFor();
    return page.locator('[data-policy-preview]').innerText();
  }

  const open = async ({ page }: Visitor): Promise<void> => {
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    await page.getByRole('link', { name: 'Policy', exact: true }).click();
    await page.getByRole('heading', { name: 'Policy', level: 1 }).waitFor();
  };
  const activeName = async (): Promise<string | undefined> =>
    (await lab.backend.database.db.selectFrom('policies').select('name').orderBy('position', 'desc').executeTakeFirst())
      ?.name;

  /** The page was loaded anew, and says what decides now. */
  async function expectActive(page: Page, name: string): Promise<void> {
    await page.locator('main > dl').getByText(name, { exact: true }).waitFor();
    expect(await activeName()).toBe(name);
  }

  test('with errors is shown line by line, and cannot be activated [policy-page.preview, policy-page.files]', async () => {
    const { page } = administrator;
    await open(administrator);
    expect(await actButton(page, 'activate_policy').isVisible()).toBe(false);
    const [bad] = await write(NO_LOOKUPS.replace('contexts: [crm]', 'contexts: [cmr]'));
    const said = await look(page, bad, []);
    expect(said).toContain('The policy names the risk pack risk/crm.yaml: choose the file crm.yaml as well.');
    expect(said).toContain('There is no file risk/crm.yaml beside the policy.');
    const [again, pack] = await write(NO_LOOKUPS.replace('contexts: [crm]', 'contexts: [cmr]'));
    const found = await look(page, again, [pack]);
    expect(found).toMatch(/error\s+no-lookups\.yaml:14:\d+\s+unknown_name/);
    expect(await actButton(page, 'activate_policy').isDisabled()).toBe(true);
    expect(await overflowOf(page)).toBe(0);
    await screenshot(page, 'policy-errors');
  });

  test('is looked at, signed with a passkey, and decides the next call [policy-page.preview, policy-page.signed, policy-page.replay]', async () => {
    const { page } = administrator;
    await lab.backend.database.db.deleteFrom('limits').execute();
    expect(await lookUp()).toBe('served');
    await open(administrator);
    const said = await look(page, ...(await write(NO_LOOKUPS).then(([policy, pack]) => [policy, [pack]] as const)));
    expect(said).toMatch(/added: rule customers-stay-away/i);
    expect(said).toMatch(/1 of \d+ calls? of the last 7 days would change/);
    expect(said).toContain('was allow, by reads-and-plans, would be deny, by customers-stay-away');
    for (const viewport of [NARROW, WIDE]) {
      await page.setViewportSize(viewport);
      expect(await overflowOf(page)).toBe(0);
      await screenshot(page, `policy-preview-${viewport.width}`);
    }
    expect(await activeName()).toBe('test');
    await actButton(page, 'activate_policy').click();
    await expectActive(page, 'no-lookups');
    expect(await lookUp()).toBe('denied_by_policy');
    await page.getByText('Nobody looks customers up today.').first().waitFor();
    await screenshot(page, 'policy-active');
  });

  test('that was changed in the folder since it was looked at is not signed [policy-page.signed]', async () => {
    const { page } = administrator;
    await open(administrator);
    const [policy, pack] = await write(NO_LOOKUPS.replace('name: no-lookups', 'name: looked-at'));
    await look(page, policy, [pack]);
    await writeFile(policy, NO_LOOKUPS.replace('name: no-lookups', 'name: swapped'));
    await actButton(page, 'activate_policy').click();
    await page.getByRole('alert').filter({ hasText: 'has changed since' }).waitFor();
    expect(await activeName()).toBe('no-lookups');
    // It has to be looked at again, and so do other files.
    expect(await actButton(page, 'activate_policy').isVisible()).toBe(false);
    await look(page, policy, [pack]);
    await page.locator('input[name=packs]').setInputFiles([]);
    expect(await actButton(page, 'activate_policy').isVisible()).toBe(false);
    await look(page, policy, [pack]);
    await actButton(page, 'activate_policy').click();
    await expectActive(page, 'swapped');
  });

  test('that the backend refuses stays out, and the page says why [policy-page.signed]', async () => {
    const { page } = administrator;
    await open(administrator);
    const [policy, pack] = await write(NO_LOOKUPS.replace('name: no-lookups', 'name: refused'));
    await look(page, policy, [pack]);
    const { db } = lab.backend.database;
    await db.updateTable('people').set({ roles: '["owner"]' }).where('name', '=', 'owner').execute();
    await actButton(page, 'activate_policy').click();
    await page.getByRole('alert').filter({ hasText: 'This takes one of the roles: administrator.' }).waitFor();
    await db.updateTable('people').set({ roles: '["owner","administrator"]' }).where('name', '=', 'owner').execute();
    expect(await activeName()).toBe('swapped');
  });

  test('is chosen, looked at and signed with the keyboard alone [policy-page.signed]', async () => {
    const { page } = administrator;
    await open(administrator);
    const [policy, pack] = await write(NO_LOOKUPS.replace('name: no-lookups', 'name: by-keyboard'));
    await page.locator('input[name=policy]').setInputFiles(policy);
    await page.locator('input[name=packs]').setInputFiles([pack]);
    await page.locator('input[name=packs]').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[data-policy-preview]:focus').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toMatch(/^Activate/);
    await page.keyboard.press('Enter');
    await expectActive(page, 'by-keyboard');
  });

  test('is shown to a reviewer, who has no form [policy-page.administrators, policy-page.shown]', async () => {
    const { page } = reviewer;
    await open(reviewer);
    await page.getByText('An administrator activates another one.').waitFor();
    expect(await page.locator('form, input').count()).toBe(0);
    await page.getByText('no-lookups.yaml', { exact: true }).click();
    expect(await page.locator('pre').first().textContent()).toBe(
      await readFile(join(folder, 'no-lookups.yaml'), 'utf8'),
    );
    expect(await overflowOf(page)).toBe(0);
  });

  test('is shown without JavaScript too [policy-page.shown]', async () => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await administrator.context.storageState(),
      viewport: NARROW,
    });
    const page = await context.newPage();
    await page.goto(`${lab.backend.consoleUrl}/policy`);
    await page.getByText('Nobody looks customers up today.').first().waitFor();
    await page.getByText('Choosing and signing a policy takes JavaScript in this browser.').waitFor();
    expect(await page.locator('form:visible').count()).toBe(0);
    await context.close();
  });
});
