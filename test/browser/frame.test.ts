import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { NOTHING_MADE_SAFE } from '../support/as-it-is.ts';
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
async function planOf(on: Lab, body: string): Promise<string> {
  await forgetLimits(on);
  await on.backend.database.db.updateTable('plans').set({ state: 'revoked' }).execute();
  const content = Buffer.from(`---\ntitle: Hostile\n---\n\n${HARMLESS}\n\n${body}\n`).toString('base64');
  const { json, text } = await on.wire.call('/v1/blog/plan_publish_draft', { filename: 'hostile.md', content });
  if (json['planId'] === undefined) throw new Error(text);
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

interface Look {
  /** In its frame in the plan's page as well, not by itself alone. */
  readonly framed?: boolean;
  /** What stands there is looked at too, not only what happens. */
  readonly markup?: boolean;
}

/** Opens an article. @returns what happened that should not have. */
async function lookAt(
  page: Page,
  on: Lab,
  planId: string,
  { framed = false, markup = false }: Look,
): Promise<string[]> {
  const { trouble } = listenTo(page);
  const requests = left(page);
  const address = `${on.backend.consoleUrl}/plans/${planId}`;
  const found: string[] = [];
  for (const open of [`${address}/article`, ...(framed ? [address] : [])]) {
    await page.goto(open);
    if (open === address) await page.locator('iframe').scrollIntoViewIfNeeded();
    const frame = open === address ? page.frameLocator('iframe') : page;
    await frame.getByText(HARMLESS).waitFor();
    if (markup) found.push(...(await frame.locator('html').evaluate<string[], unknown>(DANGEROUS)));
    if (page.url() !== open) found.push(`went to ${page.url()}`);
    if ((await page.title()).includes('ran')) found.push('a script ran');
  }
  found.push(
    ...requests.filter((url) => new URL(url).origin !== on.backend.consoleUrl).map((url) => `asked for ${url}`),
  );
  found.push(...trouble.filter((line) => line.startsWith('dialog:')));
  page.removeAllListeners();
  return found;
}

inBrowser('an article before it is published', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
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
    for (const body of [...VECTORS, ...BATCHES]) {
      const planId = await planOf(lab, body);
      const look = { markup: true, framed: BATCHES.includes(body) };
      expect([body, await lookAt(page, lab, planId, look)]).toEqual([body, []]);
    }
    await page.close();
  }, 180_000);

  test('lets nothing act even where nothing was made safe; without its policy that is caught [console.frame, check.twins]', async () => {
    const raw = await startBrokenLab(NOTHING_MADE_SAFE);
    const lax = await browser.newContext({ bypassCSP: true });
    try {
      const page = await context.newPage();
      for (const body of [...VECTORS, ...BATCHES]) {
        const look = { framed: BATCHES.includes(body) };
        expect([body, await lookAt(page, raw, await planOf(raw, body), look)]).toEqual([body, []]);
      }
      const planId = await planOf(raw, TRACKER);
      await expectCaught(async () => expect(await lookAt(page, raw, planId, { markup: true })).toEqual([]));
      await lax.route(TO_FOREIGN, (route) => route.abort());
      const unguarded = await lax.newPage();
      await expectCaught(async () => expect(await lookAt(unguarded, raw, planId, {})).toEqual([]));
    } finally {
      await lax.close();
      await raw.stop();
    }
  }, 180_000);
});

/** Several at once, in frames; what begins one and ends another is tried like this too. */
const BATCHES = Array.from({ length: 6 }, (_, batch) =>
  VECTORS.filter((_vector, index) => index % 6 === batch).join('\n\n'),
);
const TRACKER = `<img src="https://${FOREIGN_HOST}/pixel.png" onerror="alert(1)">`;
