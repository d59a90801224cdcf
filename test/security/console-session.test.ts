import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from '../../backend-mock/src/console/session/sessions-repository.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { ConsoleClient, signedIn } from '../support/console-client.ts';
import { freePort } from '../support/free-port.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { decisionOn, expectUndecided, pendingPlan } from '../support/plans-and-people.ts';
import type { WireReply } from '../support/wire-client.ts';

let lab: Lab;
let client: ConsoleClient;
beforeAll(async () => {
  lab = await startLab();
  client = await signedIn(lab, 'owner', ['owner']);
}, 60_000);
afterAll(() => lab?.stop());
beforeEach(async () => {
  await lab.backend.database.db.deleteFrom('limits').execute();
  await client.signIn();
});

const idOf = (cookie: string | undefined): string =>
  createHash('sha256')
    .update(cookie?.split('=')[1] ?? '')
    .digest('hex');
const cookieOf = (reply: WireReply): string => String([reply.headers['set-cookie']].flat()[0]);
/** Changes the row of the client's session. */
const alter = (on: Lab, by: ConsoleClient, change: { seen_at?: number; expires_at?: number; revoked_at?: number }) =>
  on.backend.database.db.updateTable('console_sessions').set(change).where('id', '=', idOf(by.cookie)).execute();

/** The cookie opens nothing: pages send to the sign-in, acts are refused. */
async function expectNobody(on: Lab, by: ConsoleClient): Promise<void> {
  const page = await by.get('/waiting');
  expect([page.status, page.headers['location']]).toEqual([303, '/sign-in']);
  expect((await by.get('/events')).json['code']).toBe('unauthenticated');
  const planId = await pendingPlan(on);
  const args = await decisionOn(on, planId);
  expect((await by.act('approve', args)).json['code']).toBe('unauthenticated');
  await expectUndecided(on, planId);
}

describe('the cookie', () => {
  test('on this machine it is for this host, for no script, for no other site [console.session]', async () => {
    const cookie = cookieOf(await client.signIn());
    const [pair, ...attributes] = cookie.split('; ');
    expect(pair).toMatch(/^deputies=[A-Za-z0-9_-]{43}$/);
    expect(attributes.toSorted()).toEqual([
      'HttpOnly',
      `Max-Age=${SESSION_LIFE_MS / 1000}`,
      'Path=/',
      'SameSite=Strict',
    ]);
  });

  test('behind TLS it is bound to host and TLS as well, and the plain name is not read [console.session]', async () => {
    const port = await freePort();
    const tls = await startLab({ publicConsoleUrl: 'https://approve.example', consolePort: port });
    try {
      const visitor = new ConsoleClient('https://approve.example', `http://127.0.0.1:${port}`);
      await visitor.enrol(tls, 'owner', ['owner']);
      const cookie = cookieOf(await visitor.signIn());
      const [pair = '', ...attributes] = cookie.split('; ');
      expect(pair).toMatch(/^__Host-deputies=[A-Za-z0-9_-]{43}$/);
      expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']));
      expect(cookie).not.toMatch(/domain/i);
      expect((await visitor.get('/waiting')).status).toBe(200);
      expect((await visitor.get('/waiting', { cookie: pair.replace('__Host-', '') })).status).toBe(303);
    } finally {
      await tls.stop();
    }
  }, 30_000);

  test('two of one name are none: nobody slips another one in [console.session]', async () => {
    expect((await client.get('/waiting', { cookie: `${client.cookie}; deputies=other` })).status).toBe(303);
    expect((await client.get('/waiting', { cookie: `deputies=other; ${client.cookie}` })).status).toBe(303);
  });

  test('its value is kept nowhere, and what is kept opens nothing [console.session]', async () => {
    const rows = await lab.backend.database.db.selectFrom('console_sessions').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(client.cookie?.split('=')[1]);
    expect((await client.get('/waiting', { cookie: `deputies=${idOf(client.cookie)}` })).status).toBe(303);
  });
});

describe('a session', () => {
  test('is a new one with each sign-in, whatever cookie came along [console.session]', async () => {
    const planted = `deputies=${'A'.repeat(43)}`;
    client.cookie = planted;
    await client.signIn();
    expect(client.cookie).not.toBe(planted);
    expect((await client.get('/waiting', { cookie: planted })).status).toBe(303);
  });

  test('is over once somebody signed out, for a copy of the cookie too [console.session]', async () => {
    const { cookie = '', csrf } = client;
    const reply = await client.post('/session/end', {});
    expect(reply.status).toBe(200);
    expect(cookieOf(reply)).toMatch(/^deputies=; Max-Age=0;/);
    client.cookie = cookie;
    client.csrf = csrf;
    await expectNobody(lab, client);
  });

  test.each([
    ['was not used for too long', () => ({ seen_at: Date.now() - SESSION_IDLE_MS - 1 })],
    ['began too long ago', () => ({ expires_at: Date.now() - 1 })],
    ['was revoked', () => ({ revoked_at: Date.now() })],
  ])('that %s is none [console.session]', async (_what, change) => {
    expect((await client.get('/waiting')).status).toBe(200);
    await alter(lab, client, change());
    await expectNobody(lab, client);
  });

  test('used to the last does not outlive its time [console.session]', async () => {
    const { db } = lab.backend.database;
    const expiry = () =>
      db.selectFrom('console_sessions').select('expires_at').where('id', '=', idOf(client.cookie)).execute();
    const before = await expiry();
    await client.get('/waiting');
    expect(await expiry()).toEqual(before);
  });

  test('ends with its person, its passkey, or all sessions of that person [console.session, person.revoked]', async () => {
    const visitor = await signedIn(lab, 'Visitor', ['reviewer']);
    const { json } = await lab.people.owner.call('list_people', {});
    const people = json['people'] as { personId: string; name: string; passkeys: { passkeyId: string }[] }[];
    const found = people.find(({ name }) => name === 'Visitor');
    expect(
      (await lab.people.owner.call('end_sessions', { personId: found?.personId ?? '' })).json['endedSessions'],
    ).toBe(1);
    expect((await visitor.get('/waiting')).status).toBe(303);
    await visitor.signIn();
    expect((await visitor.get('/waiting')).status).toBe(200);
    await lab.people.owner.call('revoke_passkey', { passkeyId: found?.passkeys[0]?.passkeyId ?? '' });
    expect((await visitor.get('/waiting')).status).toBe(303);
    expect((await visitor.signIn()).status).toBe(401);
  });

  test('a backend that keeps sessions for ever is caught [check.twins]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/console/session/sessions-repository.ts',
      instead: () => ({ endSession: () => Promise.resolve() }),
    });
    try {
      const visitor = await signedIn(broken, 'owner', ['owner']);
      const { cookie = '' } = visitor;
      await visitor.post('/session/end', {});
      visitor.cookie = cookie;
      await expectCaught(() => expectNobody(broken, visitor));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('signing in', () => {
  test('is slowed down for whoever tries many times, and costs nothing else [console.sign-in-rate]', async () => {
    const guesser = new ConsoleClient(lab.backend.consoleUrl);
    const refused: WireReply[] = [];
    for (let attempt = 0; attempt < 30; attempt++) {
      const reply = await guesser.post('/enrolment/look', { secret: `guess-${attempt}-${'x'.repeat(24)}` });
      if (reply.status === 429) refused.push(reply);
    }
    expect(refused.length).toBeGreaterThanOrEqual(9);
    expect(refused[0]).toMatchObject({
      json: { code: 'rate_limited' },
      headers: { 'retry-after': expect.any(String) },
    });
    // Nobody who guesses decides whether another at the same address can sign in.
    expect((await guesser.post('/session/options', {})).status).toBe(200);
    expect((await client.signIn()).status).toBe(200);
    expect((await client.get('/waiting')).status).toBe(200);
  });

  test('takes an answer once [console.session, person.fresh-assertion]', async () => {
    const { json } = await client.post('/session/options', {});
    const { challenge } = json['publicKey'] as { challenge: string };
    const answer = { nonce: String(json['nonce']), response: { ...client.passkey.get(challenge) } };
    const bare = new ConsoleClient(lab.backend.consoleUrl);
    expect((await bare.post('/session', answer)).status).toBe(200);
    const again = await bare.post('/session', answer);
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined]);
  });
});

test('asking to sign in uses nothing up, and keeps nobody from signing in [console.sign-in-rate]', async () => {
  const { db } = lab.backend.database;
  const before = await db.selectFrom('challenges').selectAll().execute();
  for (let asked = 0; asked < 60; asked++) {
    expect((await new ConsoleClient(lab.backend.consoleUrl).post('/session/options', {})).status).toBe(200);
  }
  expect(await db.selectFrom('challenges').selectAll().execute()).toEqual(before);
  expect(await db.selectFrom('limits').selectAll().execute()).toEqual([]);
  for (let failed = 0; failed < 30; failed++) {
    await new ConsoleClient(lab.backend.consoleUrl).post('/session', {
      nonce: 'A'.repeat(86),
      response: { ...client.passkey.get('AAAA') },
    });
  }
  expect((await client.signIn()).status).toBe(200);
});

test('a challenge that was altered, or is too old, signs nobody in [console.session]', async () => {
  const asked = await client.post('/session/options', {});
  const nonce = String(asked.json['nonce']);
  const altered = (nonce.startsWith('A') ? 'B' : 'A') + nonce.slice(1);
  const answer = (challenge: string) => ({ nonce: challenge, response: { ...client.passkey.get(challenge) } });
  expect((await client.post('/session', answer(altered))).status).toBe(401);
  expect((await client.post('/session', answer(nonce))).status).toBe(200);
});
