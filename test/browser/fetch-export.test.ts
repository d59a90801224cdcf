import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOfBytes } from '@narrow-deputies/signing';
import type { Browser } from 'playwright-core';
import { enrolWithBrowser, startBrowser, type Visitor, visit } from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { mintClient } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { seedRecords } from '../support/valid-calls.ts';

let lab: Lab;
let browser: Browser;
let owner: Visitor;

inBrowser('a file that waits for a person', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    await seedRecords(lab);
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner', 'administrator']);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
    expect(owner?.trouble ?? []).toEqual([]);
  });

  test('is fetched in the console, once, and is the one of the receipt [crm.export]', async () => {
    const agent = await mintClient(lab, 'crm-reader-export');
    const wanted = { filter: { country: 'Austria' }, fields: ['customerId', 'companyName'] };
    const { json } = await agent.call('/v1/crm/plan_export_customers', wanted);
    const planId = String(json['planId']);
    await lab.people.owner.decide('approve', planId);
    const committed = await agent.call('/v1/crm/commit_export_customers', { planId });
    const { result } = committed.json['receipt'] as { result: { digest: string; exportId: string } };

    const { page } = owner;
    await visit(page, `${lab.backend.consoleUrl}/exports`);
    const arrives = page.waitForEvent('download');
    await page.locator('form[data-act="fetch_export"] button').click();
    const bytes = await readFile(await (await arrives).path());
    expect(digestOfBytes(bytes)).toBe(result.digest);
    const { content } = await lab.backend.database.db
      .selectFrom('exports')
      .select('content')
      .where('id', '=', result.exportId)
      .executeTakeFirstOrThrow();
    expect(content).toBeNull();

    await visit(page, `${lab.backend.consoleUrl}/exports`);
    expect(await page.locator('form[data-act="fetch_export"]').count()).toBe(0);
    expect(await page.locator('main').innerText()).toContain('Fetched');
  });
});
