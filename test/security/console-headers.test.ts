import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { ConsoleClient, signedIn } from '../support/console-client.ts';
import { fill, readRoutes, writeRoutes } from '../support/console-routes.ts';
import { freePort } from '../support/free-port.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { pendingPlan } from '../support/plans-and-people.ts';
import { headerFaults, type ReplyKind } from '../support/security-headers.ts';
import { rowCounts } from '../support/stored.ts';

let lab: Lab;
let client: ConsoleClient;
let planId: string;
beforeAll(async () => {
  lab = await startLab();
  client = await signedIn(lab, 'owner', ['owner']);
  planId = await pendingPlan(lab);
}, 60_000);
afterAll(() => lab?.stop());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const kindOf = (path: string, status: number): ReplyKind => {
  if (status === 303) return 'redirect';
  if (path === '/events') return 'stream';
  if (path.endsWith('/article')) return 'frame';
  return /\.(css|js|svg|ico)$/.test(path) ? 'asset' : 'page';
};
const PATHS = readRoutes().map(({ path }) => path);
const ENDING = PATHS.filter((path) => path !== '/events');

/** Faults of every address that can be read, as somebody sees it. */
async function gradeAll(on: ConsoleClient, plan: string, tls = false): Promise<[string, number, string[]][]> {
  const graded: [string, number, string[]][] = [];
  for (const path of ENDING) {
    const reply = await on.get(fill(path, plan));
    const kind = reply.status >= 400 && reply.json['code'] !== undefined ? 'program' : kindOf(path, reply.status);
    graded.push([path, reply.status, headerFaults(reply, kind, { tls, shared: path === '/article.css' })]);
  }
  return graded;
}
const faulty = (graded: readonly [string, number, string[]][]): unknown[] =>
  graded.filter(([, , faults]) => faults.length);

describe('headers of the console', () => {
  test('whoever is signed in gets every page with all of them [console.headers]', async () => {
    const graded = await gradeAll(client, planId);
    expect(faulty(graded)).toEqual([]);
    // None of them is one that is not there, or that sends somebody who is signed in away.
    expect(graded.filter(([path, status]) => status !== 200 && path !== '/')).toEqual([]);
  });

  test('so does a stranger, and one who asks for what is not there [console.headers]', async () => {
    const stranger = new ConsoleClient(lab.backend.consoleUrl);
    expect(faulty(await gradeAll(stranger, planId))).toEqual([]);
    expect(faulty(await gradeAll(client, UNKNOWN))).toEqual([]);
    expect(faulty(await gradeAll(client, '%00%2e%2e%2f'))).toEqual([]);
  });

  test('the stream of events has them too [console.headers]', async () => {
    const stop = new AbortController();
    const reply = await fetch(`${lab.backend.consoleUrl}/events`, {
      headers: { cookie: client.cookie ?? '' },
      signal: stop.signal,
    });
    expect(reply.status).toBe(200);
    expect(headerFaults({ headers: Object.fromEntries(reply.headers) }, 'stream')).toEqual([]);
    stop.abort();
  });

  test('behind TLS every one of them says so, and nothing else differs [console.headers]', async () => {
    const port = await freePort();
    const tls = await startLab({ publicConsoleUrl: 'https://approve.example', consolePort: port });
    try {
      const visitor = new ConsoleClient('https://approve.example', `http://127.0.0.1:${port}`);
      await visitor.enrol(tls, 'owner', ['owner']);
      await visitor.signIn();
      expect(faulty(await gradeAll(visitor, await pendingPlan(tls), true))).toEqual([]);
    } finally {
      await tls.stop();
    }
  }, 30_000);

  test.each([
    ['GET', '/nothing-here'],
    ['GET', '/../../etc/passwd'],
    ['GET', '/plans'],
    ['GET', '/people/../acts'],
    ['GET', '//evil.example/'],
    ['PUT', '/waiting'],
    ['DELETE', '/acts'],
    ['TRACE', '/waiting'],
    ['OPTIONS', '/acts'],
    ['GET', '/acts'],
  ])('%s %s is nothing, said for programs and with their headers [console.headers]', async (method, path) => {
    const reply = await client.request(method, path, { origin: client.origin });
    expect([400, 404, 405]).toContain(reply.status);
    expect(headerFaults(reply, 'program')).toEqual([]);
    expect(reply.text).not.toContain('evil');
  });

  test('a body larger than any page sends is refused on every route [console.bodies]', async () => {
    const before = await rowCounts(lab);
    for (const { path } of writeRoutes()) {
      await lab.backend.database.db.deleteFrom('limits').execute();
      // Somebody may look at a policy as large as the act that activates it takes.
      const size = path === '/policy/preview' ? 600_000 : 70_000;
      const large = await client.post(path, Buffer.from(`{"secret":"${'x'.repeat(size)}"}`));
      const huge = await client.post(path, Buffer.alloc(2 * 1024 * 1024, 0x20));
      // Signing out has no body to look at.
      if (path !== '/session/end' && path !== '/session/options') expect([path, large.status]).toEqual([path, 413]);
      expect([path, huge.status]).toEqual([path, 413]);
      expect(headerFaults(huge, 'program')).toEqual([]);
      if (path === '/session/end') await client.signIn();
    }
    expect({ ...(await rowCounts(lab)), ...VOLATILE }).toEqual({ ...before, ...VOLATILE });
  });

  test('a page without them is caught [check.twins]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/console/http/headers.ts',
      instead: () => ({ PAGE_HEADERS: { 'content-type': 'text/html; charset=utf-8' } }),
    });
    try {
      const visitor = await signedIn(broken, 'owner', ['owner']);
      const graded = await gradeAll(visitor, await pendingPlan(broken));
      await expectCaught(() => expect(faulty(graded)).toEqual([]));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

/** What signing in again writes. */
const VOLATILE = { limits: 0, challenges: 0, audit_entries: 0, audit_payloads: 0 };

describe('reading', () => {
  test('no address changes anything by being read [console.reads]', async () => {
    const { db } = lab.backend.database;
    const stateOf = async (): Promise<unknown> => ({
      rows: await rowCounts(lab),
      plans: await db.selectFrom('plans').selectAll().execute(),
      tokens: await db.selectFrom('api_tokens').selectAll().execute(),
      passkeys: await db.selectFrom('passkeys').selectAll().execute(),
      people: await db.selectFrom('people').selectAll().execute(),
      sessions: await db.selectFrom('console_sessions').select(['id', 'csrf', 'expires_at', 'revoked_at']).execute(),
    });
    const before = await stateOf();
    const words = '?action=approve&decision=approve&suspend=everything&_method=POST';
    for (const path of [...ENDING, ...writeRoutes().map((route) => route.path)]) {
      for (const method of ['GET', 'HEAD']) {
        await client.request(method, fill(path, planId), {});
        await client.request(method, `${fill(path, planId)}${words}`, { 'x-http-method-override': 'POST' });
      }
    }
    expect(await stateOf()).toEqual(before);
  });
});
