import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { forgetLimits, listenTo, startBrowser } from '../support/browser.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { inBrowser } from '../support/chromium.ts';
import { FOREIGN_HOST, HARMLESS, VECTORS } from '../support/hostile-markup.ts';
import { startLab, type Lab } from '../support/lab.ts';

let lab: Lab;
let browser: Browser;
let context: BrowserContext;

const TO_FOREIGN = new RegExp(`^https?://[^/]*${FOREIGN_HOST}`);

/** A plan to publish whatever a draft says. */
async function planOf(on: Lab, name: string, body: string): Promise<string> {
  await forgetLimits(on);
  await on.backend.database.db.updateTable('plans').set({ state: 'revoked' }).execute();
  const content = Buffer.from(`---\ntitle: ${name}\n---\n\n${HARMLESS}\n\n${body}\n`).toString('base64');
  const { json, text } = await on.wire.call('/v1/blog/plan_publish_draft', { filename: `${name}.md`, content });
  if (json['planId'] === undefined) throw new Error(`${name}: ${text}`);
  return String(json['planId']);
}

/** What of a document could act, look something up or reach out of its frame. */
const DANGEROUS = `[...document.querySelectorAll('*')].flatMap((element) => [
  ...(/^(script|iframe|frame|object|embed|applet|form|input|button|select|textarea|base|meta|link|svg|math|audio|video|source|portal|template|dialog|marquee)$/i.test(element.localName)
    && !(element.closest('head') && /^(meta|link)$/.test(element.localName)) ? [element.localName] : []),
  ...[...element.attributes].filter(({ name, value }) => /^on/i.test(name) || name === 'style' || name === 'srcdoc'
    || (/^(href|src|xlink:href|action|formaction|data|poster|background|ping)$/i.test(name) && /^[\\s\\x00-\\x20]*(javascript|vbscript|data|file|blob):/i.test(value)))
    .map(({ name, value }) => element.localName + ' ' + name + '=' + value),
])`;

/** Requests that left a page: the browser also tells of those that the page's policy stopped. */
const left = (page: Page): string[] => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).protocol.startsWith('http')) asked.push(request.url());
  });
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') asked.splice(asked.indexOf(request.url()), 1);
  });
  return asked;
};

/** Looks at the article by itself and in its plan's page. @returns what happened that should not have. */
async function lookAt(page: Page, on: Lab, planId: string, markup: boolean): Promise<string[]> {
  const { trouble } = listenTo(page);
  const requests = left(page);
  const address = `${on.backend.consoleUrl}/plans/${planId}`;
  const found: string[] = [];
  for (const open of [`${address}/article`, address]) {
    await page.goto(open);
    if (open === address) await page.locator('iframe').scrollIntoViewIfNeeded();
    const frame = open === address ? page.frameLocator('iframe') : page;
    await frame.getByText(HARMLESS).waitFor();
    if (markup) found.push(...(await frame.locator('html').evaluate(DANGEROUS) as string[]));
    if (page.url() !== open) found.push(`went to ${page.url()}`);
    if ((await page.title()).includes('ran')) found.push('a script ran');
  }
  found.push(...requests.filter((url) => new URL(url).origin !== on.backend.consoleUrl).map((url) => `asked for ${url}`));
  found.push(...trouble.filter((line) => line.startsWith('dialog:')));
  page.removeAllListeners();
  return found;
}

inBrowser('an article before it is published', () => {
  beforeAll(async () => {
    [lab, browser] = await Promise.all([startLab(), startBrowser()]);
    context = await browser.newContext();
    // Nothing leaves this machine, whatever a frame tries: a request is seen, and goes nowhere.
    await context.route(TO_FOREIGN, (route) => route.abort());
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  });

  test(`carries nothing of ${VECTORS.length} hostile texts that could act [draft.sanitised, console.frame]`, async () => {
    const page = await context.newPage();
    for (const [index, vector] of VECTORS.entries()) {
      const planId = await planOf(lab, `vector-${index}`, vector);
      expect([vector, await lookAt(page, lab, planId, true)]).toEqual([vector, []]);
    }
    await page.close();
  }, 180_000);

  test('the frame lets nothing act even where nothing was made safe; without its policy that is caught [console.frame, check.twins]', async () => {
    const renderMarkdown = (body: string): unknown => ({
      html: body,
      text: '',
      paragraphs: [],
      links: [],
      images: [],
    });
    const raw = await startBrokenLab({
      module: 'backend-mock/src/blog/render-markdown.ts',
      instead: () => ({ renderMarkdown }),
    });
    try {
      const page = await context.newPage();
      const planId = await planOf(raw, 'raw', VECTORS.join('\n\n'));
      expect(await lookAt(page, raw, planId, false)).toEqual([]);
      for (const [index, vector] of VECTORS.entries()) {
        const each = await planOf(raw, `raw-${index}`, vector);
        expect([vector, await lookAt(page, raw, each, false)]).toEqual([vector, []]);
      }
      await expectCaught(async () => expect(await lookAt(page, raw, planId, true)).toEqual([]));
      const lax = await browser.newContext({ bypassCSP: true });
      await lax.route(TO_FOREIGN, (route) => route.abort());
      const unguarded = await lax.newPage();
      await expectCaught(async () => expect(await lookAt(unguarded, raw, planId, false)).toEqual([]));
      await Promise.all([page.close(), lax.close()]);
    } finally {
      await raw.stop();
    }
  }, 180_000);
});
