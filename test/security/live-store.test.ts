import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../../backend-mock/src/database/database.ts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught } from '../support/broken.ts';
import { signedIn } from '../support/console-client.ts';
import { startLab } from '../support/lab.ts';
import { NODE, until, watch } from '../support/processes.ts';
import type { Trouble } from '../support/trouble.ts';

/** A store with somebody who is signed in, and what makes every look at it fail. */
interface Store {
  readonly location: string;
  readonly cookie: string;
  readonly trouble: Trouble;
}

/** A backend in a process of its own, and one of its pages that follows. */
interface Following {
  readonly child: ChildProcess;
  readonly urls: { readonly consoleUrl: string; readonly backendUrl: string };
  /** What the page was told. */
  told(): string;
  isOpen(): boolean;
  stop(): Promise<void>;
}

const PROGRAMS = join(import.meta.dirname, '..', 'support');
const run = (program: string, ...args: string[]) =>
  spawn(NODE, ['--disable-warning=ExperimentalWarning', join(PROGRAMS, program), ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });

async function prepare(location: string): Promise<string> {
  const lab = await startLab({ databaseUrl: location });
  try {
    return (await signedIn(lab, 'owner', ['owner'])).cookie ?? '';
  } finally {
    await lab.stop();
  }
}

async function follow({ location, cookie }: Store, ...args: string[]): Promise<Following> {
  const child = run('live-child.ts', location, ...args);
  const { ended } = watch(child);
  const [line] = (await once(child.stdout, 'data')) as [string];
  const urls = JSON.parse(line) as Following['urls'];
  const reply = await fetch(`${urls.consoleUrl}/events`, { headers: { cookie } });
  expect(reply.status).toBe(200);
  let text = '';
  let open = true;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const part of reply.body ?? []) text += decoder.decode(part, { stream: true });
  };
  const over = (): boolean => (open = false);
  read().then(over, over);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { child, urls, told: () => text, isOpen: () => open, stop };
}

/** The store fails under an open page, and works again: neither page nor process is gone, and the page knows both. */
async function expectToStay(following: Following, { trouble }: Store): Promise<void> {
  const { child, urls, told, isOpen } = following;
  await until('the first state', () => told().includes('event: waiting') || undefined);
  const end = await trouble.begin();
  await until('the trouble', () => told().includes('event: behind') || !isOpen() || undefined);
  await end();
  await until('the state after it', () => /behind[^]*event: waiting/.test(told()) || !isOpen() || undefined);
  expect([child.exitCode, isOpen()]).toEqual([null, true]);
  expect(told()).not.toContain('event: over');
  expect((await fetch(`${urls.backendUrl}/health`)).status).toBe(200);
}

let folder: string;
let postgres: PostgresServer;
const stores: Partial<Record<'sqlite' | 'postgres', Store>> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-live-'));
  const location = join(folder, 'store.sqlite');
  const rename = async (from: 'console_sessions' | 'away', to: string): Promise<void> => {
    const database = new Database({ location });
    try {
      await database.db.schema.alterTable(from).renameTo(to).execute();
    } finally {
      await database.close();
    }
  };
  stores.sqlite = {
    location,
    cookie: await prepare(location),
    trouble: {
      async begin() {
        await rename('console_sessions', 'away');
        return () => rename('away', 'console_sessions');
      },
    },
  };
  postgres = await startPostgres();
  const url = await postgres.createDatabase();
  stores.postgres = { location: url, cookie: await prepare(url), trouble: { begin: () => postgres.interrupt() } };
}, 120_000);
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const storeOf = (engine: 'sqlite' | 'postgres'): Store => {
  const store = stores[engine];
  if (!store) throw new Error('The store is not there.');
  return store;
};

describe.each(['sqlite', 'postgres'] as const)('a store that fails while a page is open (%s)', (engine) => {
  test('ends neither page nor process [live.store]', async () => {
    const following = await follow(storeOf(engine));
    try {
      await expectToStay(following, storeOf(engine));
    } finally {
      await following.stop();
    }
  }, 60_000);
});

test('a backend that leaves the failed look to itself is caught [check.twins]', async () => {
  const following = await follow(storeOf('sqlite'), 'broken');
  try {
    await expectCaught(() => expectToStay(following, storeOf('sqlite')));
  } finally {
    await following.stop();
  }
}, 60_000);

test('a writer that keeps the store locked keeps no page from following [live.store]', async () => {
  const store = storeOf('sqlite');
  const following = await follow(store);
  const locking = run('lock-child.ts', store.location);
  try {
    await once(locking.stdout, 'data');
    const beats = (): number => following.told().split('still here').length;
    const before = beats();
    await until('looks during the lock', () => beats() > before + 3 || undefined);
    expect([following.child.exitCode, following.isOpen()]).toEqual([null, true]);
    expect(following.told()).not.toContain('event: behind');
  } finally {
    locking.stdin.end();
    await following.stop();
  }
}, 60_000);
