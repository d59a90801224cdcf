import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import {
  enrol,
  enrolWithBrowser,
  forgetLimits,
  newVisitor,
  signIn,
  startBrowser,
  type Visitor,
  visit,
} from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { LIST, NOTHING } from '../support/refused.ts';
import { WireClient } from '../support/wire-client.ts';

let lab: Lab;
let browser: Browser;
let administrator: Visitor;

/** What a form made and shows, once. */
const shownBy = (page: Page, act: string): Promise<string> =>
  page.locator(`form[data-act="${act}"] output:not([hidden]) code`).innerText();

inBrowser('what is made in the browser and shown once', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    administrator = await enrolWithBrowser(browser, lab, 'owner', ['owner', 'administrator']);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
    expect(administrator?.trouble ?? []).toEqual([]);
  });

  test('an administrator invites somebody, whose link works once and is stored nowhere [person.invitation]', async () => {
    const { page } = administrator;
    await visit(page, `${lab.backend.consoleUrl}/people`);
    const form = page.locator('form[data-act="invite"]');
    await form.locator('[name=name]').fill('Nora');
    await form.locator('[name=roles][value=owner]').uncheck();
    await form.locator('[name=roles][value=reviewer]').check();
    await form.getByRole('button').click();
    const link = await shownBy(page, 'invite');
    const stored = await lab.backend.database.db.selectFrom('invitations').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(link.split('#')[1]);
    await page.reload();
    expect(await page.locator('main').innerText()).not.toContain(link);

    await forgetLimits(lab);
    const nora = await newVisitor(browser);
    await enrol(nora, link);
    await signIn(nora, lab);
    const person = await lab.backend.database.db
      .selectFrom('people')
      .select('roles')
      .where('name', '=', 'Nora')
      .executeTakeFirstOrThrow();
    expect(person.roles).toBe('["reviewer"]');
    await nora.context.close();
  });

  test('an administrator makes a token that works, and whose secret never left the browser [token.never-travels]', async () => {
    const { page } = administrator;
    const bodies: string[] = [];
    page.on('request', (request) => bodies.push(request.postData() ?? ''));
    await visit(page, `${lab.backend.consoleUrl}/agents`);
    const form = page.locator('form[data-act="mint_token"]').filter({ hasText: 'publisher-agent' });
    await page.locator('details').filter({ has: form }).locator('> summary').click();
    await form.locator('[name=clientId]').fill('blog-publisher-second');
    await form.getByRole('button').click();
    const token = await shownBy(page, 'mint_token');
    const client = new WireClient(lab.backend.backendUrl, token);
    expect(client.clientId).toBe('blog-publisher-second');
    expect((await client.call(LIST, NOTHING)).status).toBe(200);
    const [, secret = ''] = /_([0-9a-f]{64})/.exec(token) ?? [];
    expect(secret).toHaveLength(64);
    expect(bodies.filter((body) => body.includes(secret) || body.includes(token))).toEqual([]);
  });
});
