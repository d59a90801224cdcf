import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { formatToken, generateSeed } from '@narrow-deputies/signing';
import { expectCaught } from '../support/broken.ts';
import { startLab } from '../support/lab.ts';
import { blogPublisher, type Launch } from '../support/launch.ts';
import type { Finished } from '../support/processes.ts';
import { secretsIn } from '../support/secrets.ts';
import { StdioServer, type CallResult } from '../support/stdio-server.ts';
import { StrangeBackend, type Strangeness, type StrangeOptions } from '../support/strange-backend.ts';

const TOOLS = [
  'list_drafts',
  'plan_publish_draft',
  'commit_publish_draft',
  'plan_unpublish_article',
  'commit_unpublish_article',
];
const HOUR_MS = 3_600_000;
const seed = generateSeed();
const token = formatToken({ environment: 'development', clientId: 'blog-publisher', seed });

let drafts: string;
/** Ended after each test, and looked at. */
const servers: StdioServer[] = [];
const backends: StrangeBackend[] = [];

beforeAll(async () => {
  drafts = await realpath(await mkdtemp(join(tmpdir(), 'deputies-drafts-')));
  await writeFile(join(drafts, 'first.md'), '---\ntitle: First\n---\n\nSome words.\n');
});
afterEach(async () => {
  const ended = await Promise.all(servers.splice(0).map((server) => server.end()));
  await Promise.all(backends.splice(0).map((backend) => backend.stop()));
  for (const finished of ended) expectClean(finished, token);
});
afterAll(() => rm(drafts, { recursive: true, force: true }));

/** It ended as it should, said nothing but the protocol, and did not tell its token. */
function expectClean({ code, stdout, stderr }: Finished, secret: string): void {
  expect(code).toBe(0);
  const lines = stdout.split('\n').filter(Boolean);
  expect(lines.filter((line) => !isMessage(line))).toEqual([]);
  const secrets = [
    { name: 'token', value: secret },
    { name: 'seed', value: seed },
  ];
  expect(secretsIn(stdout + stderr, secrets)).toEqual([]);
}

function isMessage(line: string): boolean {
  try {
    return (JSON.parse(line) as { jsonrpc?: string }).jsonrpc === '2.0';
  } catch {
    return false;
  }
}

function launch(options: Partial<Launch> & Pick<Launch, 'backendUrl'>): StdioServer {
  const server = new StdioServer(blogPublisher({ token, drafts, ...options }));
  servers.push(server);
  return server;
}

async function strangely(options: StrangeOptions): Promise<StrangeBackend> {
  const backend = await StrangeBackend.start(options);
  backends.push(backend);
  return backend;
}

const isGrant = (path: string): boolean => path === '/oauth/token';
const isCall = (path: string): boolean => path.startsWith('/v1/blog/');
const PLACES = [
  ['a request for a grant', isGrant],
  ['a call', isCall],
] as const;

/** An address at which nothing listens. */
async function nowhere(): Promise<string> {
  const backend = await StrangeBackend.start({ when: () => false, how: 'silence' });
  await backend.stop();
  return backend.url;
}

function expectUnavailable({ isError, data }: CallResult): void {
  expect(isError).toBe(true);
  expect(data).toMatchObject({ code: 'unavailable', retryable: true, title: expect.any(String) });
  expect(String(data['detail'])).not.toMatch(/undici|ECONN|UND_ERR|<h1>|node:|at .*\(/);
}

/** What does not need the backend goes on. */
async function expectAlive(server: StdioServer): Promise<void> {
  expect(await server.toolNames()).toEqual(TOOLS);
  const refused = await server.call('plan_publish_draft', { filename: '../first.md' });
  expect(refused).toMatchObject({ isError: true, data: { code: 'invalid_arguments' } });
}

describe('a backend that is away', () => {
  test('is unavailable, in words that name it, while the tools are listed all the same [host.backend-trouble, host.lifecycle]', async () => {
    const backendUrl = await nowhere();
    const server = launch({ backendUrl });
    expect(await server.toolNames()).toEqual(TOOLS);
    const answer = await server.call('list_drafts', {});
    expectUnavailable(answer);
    expect(answer.data['detail']).toContain(backendUrl);
    await expectAlive(server);
  });

  test('is found again by the same process when it is back [host.backend-trouble]', async () => {
    const backendUrl = await nowhere();
    const server = launch({ backendUrl });
    expectUnavailable(await server.call('list_drafts', {}));
    await strangely({ when: () => false, how: 'silence', port: Number(new URL(backendUrl).port) });
    expect((await server.call('list_drafts', {})).isError).toBe(false);
  });
});

const STRANGE: readonly (readonly [what: string, how: Strangeness])[] = [
  ['an HTML page', 'html'],
  ['an HTML page of a gateway', 'html-error'],
  ['a redirect', 'redirect'],
  ['half an answer', 'cut'],
  ['an answer without end', 'huge'],
  ['JSON of another shape', 'nonsense'],
  ['nothing in particular', 'empty'],
];

describe.each(PLACES)('a backend that answers %s', (_place, when) => {
  test.each(STRANGE)(
    'with %s is unavailable, and everything else goes on [host.backend-trouble]',
    async (_what, how) => {
      const backend = await strangely({ when, how });
      const server = launch({ backendUrl: backend.url });
      expectUnavailable(await server.call('list_drafts', {}));
      await expectAlive(server);
      // Neither the token nor a signature follows where an answer points.
      expect(backend.received.filter(({ path }) => path === '/elsewhere')).toEqual([]);
      expect(backend.received.filter(({ path }) => when(path)).length).toBeLessThanOrEqual(4);
    },
  );
});

describe('a backend that never answers', () => {
  test('ends each call as unavailable, and other calls are answered meanwhile [host.backend-trouble]', async () => {
    const pending = await Promise.all(
      PLACES.map(async ([, when]) => {
        const backend = await strangely({ when, how: 'silence' });
        const server = launch({ backendUrl: backend.url });
        await server.greet();
        let over = false;
        const call = server.call('list_drafts', {}).finally(() => (over = true));
        return { server, call, isOver: () => over };
      }),
    );
    for (const { server, isOver } of pending) {
      await expectAlive(server);
      expect(isOver()).toBe(false);
    }
    for (const { server, call } of pending) {
      expectUnavailable(await call);
      await expectAlive(server);
    }
  }, 60_000);
});

describe('clocks that differ by an hour', () => {
  const AHEAD = [HOUR_MS, -HOUR_MS];
  const serves = async (options: { backendAhead?: number; serverAhead?: number; faults?: string[] }): Promise<void> => {
    const backend = await strangely({ when: () => false, how: 'silence', aheadMs: options.backendAhead ?? 0 });
    const { serverAhead, faults } = options;
    const server = launch({
      backendUrl: backend.url,
      ...(serverAhead !== undefined && { aheadMs: serverAhead }),
      ...(faults && { faults }),
    });
    expect((await server.call('list_drafts', {})).isError).toBe(false);
  };

  test.each(AHEAD)(
    'do not stop a call: the backend is %d ms ahead [host.backend-trouble, wire.signature-time]',
    (backendAhead) => serves({ backendAhead }),
  );

  test.each(AHEAD)(
    'do not stop a call to the real backend: the server is %d ms ahead [host.backend-trouble, wire.signature-time]',
    async (aheadMs) => {
      const lab = await startLab();
      try {
        const server = launch({ backendUrl: lab.backend.backendUrl, token: lab.token, aheadMs });
        expect((await server.call('list_drafts', {})).isError).toBe(false);
        const planned = await server.call('plan_publish_draft', { filename: 'first.md' });
        expect(planned.data).toMatchObject({ status: 'pending_approval' });
      } finally {
        await lab.stop();
      }
    },
  );

  test('a server that takes no offset is caught [check.twins, host.backend-trouble]', () =>
    expectCaught(() => serves({ serverAhead: HOUR_MS, faults: ['deaf-to-dates'] })));
});

describe('the process of a server', () => {
  test('ends with code 0 and without a word when its host goes before the first message [host.lifecycle]', async () => {
    const server = new StdioServer(blogPublisher({ token, drafts, backendUrl: await nowhere() }));
    expect(await server.end()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('answers what was read before its input ended, then ends [host.lifecycle]', async () => {
    const backend = await strangely({ when: () => false, how: 'silence' });
    const server = launch({ backendUrl: backend.url });
    await server.greet();
    const call = server.call('list_drafts', {});
    await Promise.resolve();
    const ended = server.end();
    expect((await call).isError).toBe(false);
    expect((await ended).code).toBe(0);
  });

  test('may run twice at once on one backend, and two plans of one draft are one [host.lifecycle, repeat.twin]', async () => {
    const lab = await startLab();
    try {
      const both = [1, 2].map(() => launch({ backendUrl: lab.backend.backendUrl, token: lab.token }));
      const planned = await Promise.all(
        both.map((server) => server.call('plan_publish_draft', { filename: 'first.md' })),
      );
      expect(new Set(planned.map(({ data }) => data['planId'])).size).toBe(1);
      expect(planned.filter(({ data }) => data['repeated'] === true)).toHaveLength(1);
      const plans = (await lab.entries()).filter((entry) => entry['tool'] === 'plan_publish_draft');
      expect(new Set(plans.map((entry) => entry['run'])).size).toBe(2);
    } finally {
      await lab.stop();
    }
  });

  test.each(['chatty', 'tells-its-environment'])(
    'one that is %s is caught [check.twins, host.lifecycle]',
    async (fault) => {
      const backendUrl = await nowhere();
      const server = new StdioServer(blogPublisher({ token, drafts, backendUrl, faults: [fault] }));
      await server.greet();
      const finished = await server.end();
      await expectCaught(() => expectClean(finished, token));
    },
  );
});
