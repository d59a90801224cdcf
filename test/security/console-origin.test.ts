import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConsoleGuard, SignedIn } from '../../backend-mock/src/console/session/console-guard.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { signedIn, type ConsoleClient, type Differs } from '../support/console-client.ts';
import { writeRoutes } from '../support/console-routes.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { decisionOn, pendingPlan } from '../support/plans-and-people.ts';
import { rowCounts } from '../support/stored.ts';

let lab: Lab;
let client: ConsoleClient;
let other: ConsoleClient;
beforeAll(async () => {
  lab = await startLab();
  client = await signedIn(lab, 'owner', ['owner']);
  other = await signedIn(lab, 'Other', ['reviewer']);
}, 60_000);
afterAll(() => lab?.stop());

const WRITES = writeRoutes().map(({ path }) => path);
const FOREIGN: readonly (readonly [string, Differs])[] = [
  ['without an origin', { origin: null }],
  ['of a foreign site', { origin: 'https://evil.example' }],
  ['of no site at all', { origin: 'null' }],
  ['of another port of this machine', { origin: 'http://localhost:1' }],
  ['of the same site by another scheme', { origin: 'https://localhost' }],
  ['that a foreign page sent', { 'sec-fetch-site': 'cross-site' }],
  ['that a sibling sent', { 'sec-fetch-site': 'same-site' }],
  ['that somebody typed', { 'sec-fetch-site': 'none' }],
];

/** A request that is right but for what differs is refused, and nothing happens. */
async function expectKeptOut(on: Lab, by: ConsoleClient, differs: Differs, paths = WRITES): Promise<void> {
  const planId = await pendingPlan(on);
  const body = { action: 'approve', arguments: await decisionOn(on, planId) };
  const before = await rowCounts(on);
  for (const path of paths) {
    const reply = await by.post(path, body, differs);
    expect([path, reply.status, reply.json['code']]).toEqual([path, 400, 'malformed_request']);
  }
  expect(await rowCounts(on)).toEqual(before);
}

describe('where a request comes from', () => {
  test('the routes that write are these', () => {
    expect(WRITES.toSorted()).toEqual([
      '/acts',
      '/acts/options',
      '/enrolment',
      '/enrolment/look',
      '/enrolment/options',
      '/policy/preview',
      '/session',
      '/session/end',
      '/session/options',
    ]);
  });

  test.each(FOREIGN)('a post %s is refused on every route [console.origin]', (_what, differs) =>
    expectKeptOut(lab, client, differs),
  );

  test.each([
    ['evil.example', 'a name that was pointed here'],
    ['evil.example:80', 'such a name with a port'],
    ['localhost', 'our name on another port'],
    ['127.0.0.1.evil.example', 'a name that begins like ours'],
  ])('the host %s is refused, for reading too: %s [console.origin]', async (host) => {
    for (const path of ['/', '/sign-in', '/waiting', '/console.js']) {
      const reply = await client.get(path, { host });
      expect([path, reply.status, reply.json['code']]).toEqual([path, 400, 'malformed_request']);
    }
    await expectKeptOut(lab, client, { host });
  });

  test.each([
    ['missing', null],
    ['empty', ''],
    ['wrong', 'x'.repeat(43)],
  ])('a token that is %s is refused [console.csrf]', async (_what, token) => {
    await expectTokenRefused(lab, client, token);
  });

  test("another session's token is refused [console.csrf]", () => expectTokenRefused(lab, client, other.csrf ?? ''));

  test('an old token of the same person is refused [console.csrf]', async () => {
    const { csrf = '' } = client;
    await client.signIn();
    expect(client.csrf).not.toBe(csrf);
    await expectTokenRefused(lab, client, csrf);
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-8', 415],
    [null, 415],
  ])('the content type %s, which a foreign form could send, is refused [console.csrf]', async (type, status) => {
    for (const path of WRITES) {
      const reply = await client.post(path, { action: 'approve', arguments: {} }, { 'content-type': type });
      expect([path, reply.status]).toEqual([path, status]);
    }
  });

  test('a guard that looks at no origin is caught [check.twins]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/common/address-guard.ts',
      instead: () => ({ guardAddress: () => undefined }),
    });
    try {
      const visitor = await signedIn(broken, 'owner', ['owner']);
      await expectCaught(() => expectKeptOut(broken, visitor, { host: 'evil.example' }));
    } finally {
      await broken.stop();
    }
  }, 30_000);

  test('a guard that looks at no token is caught [check.twins, console.csrf]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/console/session/console-guard.ts',
      instead: (real) => {
        const Guard = real['ConsoleGuard'] as typeof ConsoleGuard;
        return {
          ConsoleGuard: class extends Guard {
            override async requireSession(request: Parameters<ConsoleGuard['requireSession']>[0]): Promise<SignedIn> {
              return (await this.signedIn(request)) ?? super.requireSession(request);
            }
          },
        };
      },
    });
    try {
      const visitor = await signedIn(broken, 'owner', ['owner']);
      await expectCaught(() => expectTokenRefused(broken, visitor, null));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

async function expectTokenRefused(on: Lab, by: ConsoleClient, token: string | null): Promise<void> {
  const planId = await pendingPlan(on);
  const body = { action: 'approve', arguments: await decisionOn(on, planId) };
  const before = await rowCounts(on);
  for (const path of ['/acts/options', '/acts', '/policy/preview', '/session/end']) {
    const reply = await by.post(path, body, { 'x-csrf-token': token });
    expect([path, reply.status, reply.json['code']]).toEqual([path, 401, 'unauthenticated']);
  }
  expect(await rowCounts(on)).toEqual(before);
  // The session still stands.
  expect((await by.get('/waiting')).status).toBe(200);
}
