import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { PASSKEY_ALGORITHMS } from '../../backend-mock/src/verifier/algorithms.ts';
import { readCoseKey } from '../../backend-mock/src/verifier/cose-key.ts';
import {
  actButton,
  enrol,
  enrolWithBrowser,
  forgetLimits,
  inviteLink,
  newVisitor,
  openPlan,
  signIn,
  startBrowser,
  visit,
} from '../support/browser.ts';
import { inBrowser } from '../support/chromium.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { stopHolding } from '../support/log-holds.ts';
import { expectUndecided, pendingPlan } from '../support/plans-and-people.ts';

let lab: Lab;
let browser: Browser;

inBrowser('coming in', () => {
  beforeAll(async () => {
    browser = await startBrowser();
    lab = await startLab();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await stopHolding(lab);
  });

  test('a link enrols one passkey, once; with it one signs in and out [console.session, evidence.browser]', async () => {
    await forgetLimits(lab);
    const link = await inviteLink(lab, 'Mara', ['reviewer']);
    const visitor = await newVisitor(browser);
    const { page, trouble } = visitor;
    await visit(page, link);
    await page.getByText('Mara, you are invited as reviewer.').waitFor();
    await enrol(visitor, link);
    // The browser chose the algorithm by itself, and its authenticator knows more than we offer.
    const keys = await lab.backend.database.db.selectFrom('passkeys').select('public_key').execute();
    expect(keys).toHaveLength(1);
    expect(PASSKEY_ALGORITHMS).toContain(readCoseKey(keys[0]?.public_key ?? '')?.algorithm);

    const late = await newVisitor(browser);
    await visit(late.page, link);
    await late.page.getByRole('alert').filter({ hasText: 'not known, was used, or is too old' }).waitFor();
    expect(await late.page.getByRole('button', { name: 'Create the passkey' }).isVisible()).toBe(false);
    await late.context.close();

    await signIn(visitor, lab);
    await page.getByRole('heading', { level: 1, name: 'Waiting' }).waitFor();
    expect(await page.locator('.viewer').innerText()).toContain('Mara');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await visit(page, `${lab.backend.consoleUrl}/waiting`);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(trouble).toEqual([]);
    await visitor.context.close();
  });

  test('a passkey that nobody enrolled does not sign in', async () => {
    const stranger = await newVisitor(browser);
    await visit(stranger.page, `${lab.backend.consoleUrl}/sign-in`);
    // There is none for this site: the browser says so by itself.
    await stranger.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await stranger.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    expect(await stranger.context.cookies()).toEqual([]);
    await stranger.context.close();
  });

  test('a stolen cookie reads, and decides nothing [person.stolen-cookie, approval.person]', async () => {
    const owner = await enrolWithBrowser(browser, lab, 'owner', ['owner']);
    const planId = await pendingPlan(lab);
    const thief = await newVisitor(browser);
    await thief.context.addCookies(await owner.context.cookies());
    await openPlan(thief, lab, planId);
    await actButton(thief.page, 'approve').click();
    await thief.page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();

    // Their own passkey, enrolled for another person, is not the owner's either.
    await forgetLimits(lab);
    await enrol(thief, await inviteLink(lab, 'Thief', ['owner', 'reviewer', 'administrator']));
    await openPlan(thief, lab, planId);
    await actButton(thief.page, 'approve').click();
    await thief.page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
    await expectUndecided(lab, planId);
    await Promise.all([owner.context.close(), thief.context.close()]);
  });
});
