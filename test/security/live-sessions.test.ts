import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SESSION_IDLE_MS } from '../../backend-mock/src/console/session/sessions-repository.ts';
import { STREAMS_MAX } from '../../backend-mock/src/console/live-streams.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { ConsoleClient, signedIn } from '../support/console-client.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { until } from '../support/processes.ts';

const LIVE = { lookMs: 20, beatMs: 20, retryMs: 20 };
const AGO = SESSION_IDLE_MS - 60_000;

let lab: Lab;
let client: ConsoleClient;
beforeAll(async () => {
  lab = await startLab({ liveTimes: LIVE });
  client = await signedIn(lab, 'owner', ['owner']);
}, 60_000);
afterAll(() => lab?.stop());

/** A page that follows. @returns what it was told, and how to leave it. */
async function follow(by: ConsoleClient): Promise<{ told(): string; isOpen(): boolean; leave(): void }> {
  const stop = new AbortController();
  const reply = await fetch(`${by.origin}/events`, { headers: { cookie: by.cookie ?? '' }, signal: stop.signal });
  expect(reply.status).toBe(200);
  let text = '';
  let open = true;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const part of reply.body ?? []) text += decoder.decode(part, { stream: true });
  };
  const over = (): boolean => (open = false);
  read().then(over, over);
  return { told: () => text, isOpen: () => open, leave: () => stop.abort() };
}

const alter = (on: Lab, change: { seen_at: number }): Promise<unknown> =>
  on.backend.database.db.updateTable('console_sessions').set(change).execute();
const seenAt = async (on: Lab): Promise<number> =>
  (
    await on.backend.database.db
      .selectFrom('console_sessions')
      .select('seen_at')
      .orderBy('seen_at', 'desc')
      .executeTakeFirstOrThrow()
  ).seen_at;

/** However long a page is open, only what its person does counts. */
async function expectToIdle(on: Lab, by: ConsoleClient): Promise<void> {
  const seen = Date.now() - AGO;
  await alter(on, { seen_at: seen });
  const page = await follow(by);
  try {
    await until('some looks', () => page.told().split('still here').length > 3 || undefined);
    await by.get('/waiting?by-itself');
    expect(await seenAt(on)).toBe(seen);
    await alter(on, { seen_at: Date.now() - SESSION_IDLE_MS - 1 });
    await until('the end', () => !page.isOpen() || undefined);
    expect(page.told()).toMatch(/event: over\ndata: \{\}\n\n$/);
  } finally {
    page.leave();
  }
  await by.signIn();
}

describe('a session with an open page', () => {
  test('idles all the same, and the page is told when it is over [live.idle]', () => expectToIdle(lab, client));

  test('lasts by what its person does [live.idle]', async () => {
    await alter(lab, { seen_at: Date.now() - AGO });
    const before = await seenAt(lab);
    await client.get('/waiting');
    expect(await seenAt(lab)).toBeGreaterThan(before);
  });

  test('a backend whose looks prolong it is caught [check.twins]', async () => {
    const broken = await startBrokenLab(
      {
        module: 'backend-mock/src/console/session/sessions-repository.ts',
        instead: (real) => ({
          lastingSessions: async (db: Lab['backend']['database']['db'], ids: string[], now: number) => {
            await db.updateTable('console_sessions').set({ seen_at: now }).where('id', 'in', ids).execute();
            return (real['lastingSessions'] as (...args: unknown[]) => unknown)(db, ids, now);
          },
        }),
      },
      { liveTimes: LIVE },
    );
    try {
      const visitor = await signedIn(broken, 'owner', ['owner']);
      await expectCaught(() => expectToIdle(broken, visitor));
    } finally {
      await broken.stop();
    }
  }, 30_000);

  test('has so many pages that follow and no more: the oldest stops and is told [live.bounded]', async () => {
    const pages = [];
    for (let count = 0; count < STREAMS_MAX + 1; count++) pages.push(await follow(client));
    try {
      const [oldest, ...others] = pages;
      await until('the end of the oldest', () => oldest?.isOpen() === false || undefined);
      expect(oldest?.told()).toMatch(/event: elsewhere\ndata: \{\}\n\n$/);
      expect(others.map((page) => page.isOpen())).toEqual(others.map(() => true));
    } finally {
      for (const page of pages) page.leave();
    }
  });
});

test('an auditor follows no plans [audit.auditor]', async () => {
  const auditor = new ConsoleClient(lab.backend.consoleUrl);
  await auditor.enrol(lab, 'Audrey', ['auditor']);
  await auditor.signIn();
  const reply = await auditor.get('/events');
  expect([reply.status, reply.json['code']]).toEqual([403, 'insufficient_scope']);
});
