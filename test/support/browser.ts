import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core';
import { CHROMIUM, NO_BROWSER } from './chromium.ts';
import type { Lab } from './lab.ts';

export const NARROW = { width: 360, height: 740 } as const;
export const WIDE = { width: 1280, height: 900 } as const;

/** How long a page may take to show what it should; the live pages look once a second. */
const PATIENCE_MS = 15_000;

/** @throws Error where there is no browser: with `inBrowser`, only where one is required. */
export function startBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error(NO_BROWSER);
  // Chromium's own sandbox does not work for root, and containers give it little shared memory.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: CHROMIUM, args: ['--disable-dev-shm-usage', ...asRoot] });
}

/** Somebody at a browser of their own, with a passkey in it, and everything that went wrong in its pages. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of scripts, breaches of a content security policy, dialogs. */
  readonly trouble: string[];
  /** Addresses that pages asked for. */
  readonly requests: string[];
}

/** A browser profile of its own, with an authenticator that verifies its user, as in WebDriver's virtual ones. */
export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: NARROW, locale: 'en-GB', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { context, page, ...listenTo(page) };
}

/** Notes what happens in a page from now on. */
export function listenTo(page: Page): Pick<Visitor, 'trouble' | 'requests'> {
  const trouble: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser's own note on a refused request; refusals are what many a test is about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      trouble.push(message.text());
  });
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch((error: unknown) => trouble.push(`dialog that stays: ${String(error)}`));
  });
  page.on('request', (request) => requests.push(request.url()));
  return { trouble, requests };
}

/** Quotas are not what is looked at. */
export const forgetLimits = (lab: Lab): Promise<unknown> => lab.backend.database.db.deleteFrom('limits').execute();

/** A link as an administrator makes it. */
export async function inviteLink(lab: Lab, name: string, roles: readonly string[]): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  const secretDigest = createHash('sha256').update(secret).digest('hex');
  const reply = await lab.people.owner.call('invite', { name, roles: [...roles], secretDigest });
  expect(reply.status).toBe(200);
  return `${lab.backend.consoleUrl}/enrol#${secret}`;
}

/** Opens the link and makes a passkey of it. */
export async function enrol({ page }: Visitor, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Create the passkey' }).click();
  await page.waitForURL('**/sign-in');
}

export async function signIn({ page }: Visitor, lab: Lab): Promise<void> {
  await forgetLimits(lab);
  await visit(page, `${lab.backend.consoleUrl}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL('**/waiting');
}

/** Somebody who was invited, enrolled and signed in. The lab's owner is called `owner`: that name adds a passkey. */
export async function enrolWithBrowser(
  browser: Browser,
  lab: Lab,
  name: string,
  roles: readonly string[],
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  await forgetLimits(lab);
  const visitor = await newVisitor(browser, options);
  await enrol(visitor, await inviteLink(lab, name, roles));
  await signIn(visitor, lab);
  return visitor;
}

/** Goes to an address. A live page may be loading itself anew at that very moment, which ends the first attempt. */
export async function visit(page: Page, url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await page.goto(url);
      return;
    } catch (error) {
      if (attempt === 4 || !/ERR_ABORTED|interrupted by another navigation/.test(String(error))) throw error;
    }
  }
}

export const openPlan = ({ page }: Pick<Visitor, 'page'>, lab: Lab, planId: string): Promise<void> =>
  visit(page, `${lab.backend.consoleUrl}/plans/${planId}`);

/** The button of an act on the page that is open. */
export const actButton = (page: Page, act: string): Locator => page.locator(`form[data-act="${act}"] button`);

/** Sideways scrolling, in pixels: whatever a page says, it stays within its width. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Keeps a picture for people to look at, where `SCREENSHOTS` names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
