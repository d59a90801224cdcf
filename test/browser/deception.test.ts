import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import {
  enrolWithBrowser,
  forgetLimits,
  NARROW,
  openPlan,
  overflowOf,
  startBrowser,
  WIDE,
  type Visitor,
  visit,
} from '../support/browser.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { inBrowser } from '../support/chromium.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { plan, refundOf, seedTickets, TICKET } from '../support/tickets.ts';

let lab: Lab;
let browser: Browser;
let owner: Visitor;

const SAFE_SUBJECT = 'Two cups';

/** A refund of a ticket whose subject somebody outside wrote. */
async function refundAbout(subject: string, on: Lab = lab): Promise<string> {
  await seedTickets(on);
  await on.backend.database.db.updateTable('tickets').set({ subject }).where('id', '=', TICKET).execute();
  const { json, text } = await plan(on, 'refund', refundOf(250));
  if (json['planId'] === undefined) throw new Error(text);
  return String(json['planId']);
}

async function articleCalled(title: string, on: Lab = lab): Promise<string> {
  await forgetLimits(on);
  await on.backend.database.db.updateTable('plans').set({ state: 'revoked' }).execute();
  const { json, text } = await on.wire.call('/v1/blog/plan_publish_draft', {
    filename: 'article.md',
    content: draft(JSON.stringify(title)),
  });
  if (json['planId'] === undefined) throw new Error(text);
  return String(json['planId']);
}

/** Characters that nobody sees, or that reorder what is seen. */
const UNSEEN = new RegExp(
  '\\u00AD|\\u034F|\\u061C|\\u115F|\\u1160|\\u17B4|\\u17B5|[\\u180B-\\u180E]|[\\u200B-\\u200F]|[\\u202A-\\u202E]|[\\u2060-\\u206F]|' +
    '\\u3164|[\\uFE00-\\uFE0F]|\\uFEFF|\\uFFA0|[\\u{E0000}-\\u{E0FFF}]',
  'u',
);

/** Every page that shows the plan shows it whole, in order, and within its width. */
async function expectHonest(planId: string, words: readonly string[], by = owner, on = lab): Promise<void> {
  const { page } = by;
  for (const path of ['/waiting', `/plans/${planId}`, '/history', '/activity']) {
    for (const viewport of [NARROW, WIDE]) {
      await page.setViewportSize(viewport);
      await visit(page, `${on.backend.consoleUrl}${path}`);
      const said = await page.locator('body').innerText();
      expect([path, UNSEEN.exec(said)?.[0].codePointAt(0)]).toEqual([path, undefined]);
      expect([path, viewport.width, await overflowOf(page)]).toEqual([path, viewport.width, 0]);
      expect([path, UNSEEN.test(await page.title())]).toEqual([path, false]);
      if (path === '/waiting') expect(await page.locator(`a[href="/plans/${planId}"]`).count()).toBe(1);
    }
  }
  await openPlan(by, on, planId);
  const whole = await page.locator('main').innerText();
  for (const word of words) expect(whole).toContain(word);
}

inBrowser('what deceives the eye', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
    owner = await enrolWithBrowser(browser, lab, 'owner', ['owner', 'administrator']);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    expect(owner?.trouble ?? []).toEqual([]);
  });

  test('text that turns its direction is written out, and turns nothing else [console.deception]', async () => {
    const planId = await refundAbout(`${SAFE_SUBJECT} \u202E0052 RUE\u202C \u2066x\u2069 \u200F!`);
    await expectHonest(planId, [SAFE_SUBJECT, 'U+202E', 'U+2066', 'U+200F']);
    // The amount stands where it stood: left of its currency, in its own direction.
    const amount = owner.page.locator('.amount').first();
    expect(await owner.page.evaluate("getComputedStyle(document.querySelector('.amount')).direction")).toBe('ltr');
    expect(await amount.innerText()).toMatch(/2\.50/);
  });

  test('characters of no width are written out [console.deception]', async () => {
    const planId = await refundAbout(`${SAFE_SUBJECT}\u200B\u200C\u200D\u2060\uFEFF\u00AD\u{E0041}!`);
    await expectHonest(planId, [SAFE_SUBJECT, 'U+200B', 'U+2060', 'U+FEFF', 'U+E0041']);
  });

  test.each([
    ['one word', 'x'.repeat(10_000)],
    ['words', 'long and longer '.repeat(625)],
    ['marks upon marks', `z${'\u0301\u0327'.repeat(5_000)}`],
    ['line feeds', `a${'\n'.repeat(9_998)}b`],
  ])(
    '10,000 characters of %s are cut with a count, and push nothing off the page [console.deception]',
    async (_what, subject) => {
      const planId = await refundAbout(subject);
      await expectHonest(planId, ['2.50']);
      const { page } = owner;
      await page.setViewportSize(NARROW);
      const decide = page.locator('#decide');
      const box = await decide.boundingBox();
      expect(box?.y).toBeLessThan(NARROW.height * 4);
    },
  );

  test('letters that look like others are pointed out [console.deception]', async () => {
    const planId = await articleCalled('\u0420\u0430ypal refund notice');
    await expectHonest(planId, ['Look twice', 'Cyrillic']);
    const full = await articleCalled('\uFF30\uFF41\uFF59 now');
    await expectHonest(full, ['Look twice', 'Pay']);
  });

  test('two plans that look alike stand together and are decided one by one [console.deception]', async () => {
    await seedTickets(lab);
    const one = await plan(lab, 'refund', refundOf(250));
    const two = await plan(lab, 'refund', refundOf(251));
    const { page } = owner;
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    const group = page
      .locator('section')
      .filter({ has: page.locator(`a[href="/plans/${String(one.json['planId'])}"]`) });
    expect(await group.locator(`a[href="/plans/${String(two.json['planId'])}"]`).count()).toBe(1);
    expect(await page.locator('form[data-act]').count()).toBe(0);
  });

  test('markup in a title is text [console.deception]', async () => {
    const hostile = '<img src=x onerror=alert(1)><b>bold</b>&amp;';
    const planId = await refundAbout(hostile);
    await expectHonest(planId, [hostile]);
    expect(await owner.page.locator('main img, main b:text("bold")').count()).toBe(0);
  });

  test('a console that looks for no look-alikes is caught [check.twins]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/console/pages/plan/look-alikes.ts',
      instead: () => ({ lookAlikes: () => [] }),
    });
    try {
      const visitor = await enrolWithBrowser(browser, broken, 'owner', ['owner']);
      const planId = await articleCalled('\u0420\u0430ypal refund notice', broken);
      await expectCaught(() => expectHonest(planId, ['Look twice'], visitor, broken));
      await visitor.context.close();
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
