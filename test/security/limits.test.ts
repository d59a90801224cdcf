import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startBackend, type PipelineChecks } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { mintClient } from '../support/clients.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { until } from '../support/processes.ts';
import { send, WireClient, type WireReply } from '../support/wire-client.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

/** Far more than any limit lets through at once. */
const TRIES = 400;

let folder: string;
let store: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-limits-'));
  store = join(folder, 'store.sqlite');
  lab = await startLab({ databaseUrl: store });
}, 60_000);
afterEach(() => lab.backend.database.db.deleteFrom('limits').execute());
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Call = (client: WireClient) => Promise<WireReply>;
const list: Call = (client) => client.call('/v1/blog/list_drafts', { drafts: [] });
const plan: Call = (client) => client.call('/v1/blog/plan_publish_draft', { filename: 'a.md', content: draft('A') });
const commit: Call = (client) => client.call('/v1/blog/commit_publish_draft', { planId: randomUUID() });
const planDown: Call = (client) => client.call('/v1/blog/plan_unpublish_article', { slug: 'none' });
const commitDown: Call = (client) => client.call('/v1/blog/commit_unpublish_article', { planId: randomUUID() });
/** Together they admit more at once than one client does. */
const ALL: readonly Call[] = [list, plan, commit, planDown, commitDown];

/** Calls in turn until one is refused for its rate. @returns that refusal, and how many were let through. */
async function exhaust(calls: readonly (() => Promise<WireReply>)[]): Promise<{ refused: WireReply; served: number }> {
  for (let served = 0; served < TRIES; served++) {
    const reply = await calls[served % calls.length]?.();
    if (reply?.status === 429) return { refused: reply, served };
  }
  expect('any call').toBe('refused for its rate');
  throw new Error('unreachable');
}

const limitsOf = ({ headers }: WireReply): Record<string, { remaining: number; wait: number }> =>
  Object.fromEntries(
    [...String(headers['ratelimit']).matchAll(/"(\w+)";r=(\d+);t=(\d+)/g)].map(([, name = '', r, t]) => [
      name,
      { remaining: Number(r), wait: Number(t) },
    ]),
  );

const waitOf = ({ headers }: WireReply): number => Number(headers['retry-after']);

/** What every refusal for its rate says, and what it leaves behind. */
async function expectRateLimited(on: Lab, reply: WireReply, name: 'client' | 'tool' | 'owner'): Promise<void> {
  expect(reply).toMatchObject({ status: 429, json: { code: 'rate_limited', retryable: true } });
  expect(waitOf(reply)).toBeGreaterThanOrEqual(1);
  expect(reply.json['retryAfter']).toBe(waitOf(reply));
  expect(limitsOf(reply)[name]).toEqual({ remaining: 0, wait: expect.any(Number) });
  expect(reply.headers['ratelimit-policy']).toMatch(
    /^("(client|tool|owner)";q=\d+;w=60)(, "(client|tool|owner)";q=\d+;w=60){2}$/,
  );
  const entries = (await on.entries()).filter((entry) => entry['auditId'] === reply.json['auditId']);
  expect(entries).toMatchObject([{ code: 'rate_limited', outcome: 'refused', rules: ['check:limits'] }]);
}

describe('limits', () => {
  const toolLimit = async (on: Lab): Promise<void> => {
    const { refused, served } = await exhaust([() => list(on.wire)]);
    expect(served).toBeGreaterThanOrEqual(20);
    await expectRateLimited(on, refused, 'tool');
    const other = await planDown(on.wire);
    expect(other.status).toBe(404);
    expect(limitsOf(other)['client']?.remaining).toBeGreaterThan(0);
  };

  test('one tool of one client is limited by itself, and its other tools are served [limit.rates]', () =>
    toolLimit(lab));

  test('one client is limited over all its tools, and another client of its owner is served [limit.rates]', async () => {
    const other = await mintClient(lab, 'blog-publisher-two');
    const { refused, served } = await exhaust(ALL.map((call) => () => call(lab.wire)));
    expect(served).toBeGreaterThanOrEqual(60);
    await expectRateLimited(lab, refused, 'client');
    expect((await list(other)).status).toBe(200);
  });

  test('one owner is limited over all clients, though each of them has calls left [limit.rates]', async () => {
    const clients = await Promise.all(
      ['three', 'four', 'five'].map((suffix) => mintClient(lab, `blog-publisher-${suffix}`)),
    );
    const turns = ALL.flatMap((call) => clients.map((client) => () => call(client)));
    const { refused, served } = await exhaust(turns);
    expect(served).toBeGreaterThanOrEqual(120);
    await expectRateLimited(lab, refused, 'owner');
    expect(limitsOf(refused)['client']?.remaining).toBeGreaterThan(0);
  });

  test('a refused call costs nothing: who waits as long as told is served [limit.rates]', async () => {
    const { db } = lab.backend.database;
    const rows = (): Promise<unknown[]> => db.selectFrom('limits').selectAll().orderBy('key').execute();
    await exhaust([() => list(lab.wire)]);
    // Whether time let one more through or not: from here on nothing is, and nothing changes.
    await db
      .updateTable('limits')
      .set((eb) => ({ tat: eb('tat', '+', 5_000) }))
      .execute();
    const before = await rows();
    let last: WireReply | undefined;
    for (let call = 0; call < 20; call++) {
      last = await list(lab.wire);
      expect(last.status).toBe(429);
    }
    expect(await rows()).toEqual(before);
    const wait = last ? waitOf(last) * 1000 : 0;
    await db
      .updateTable('limits')
      .set((eb) => ({ tat: eb('tat', '-', wait) }))
      .execute();
    expect((await list(lab.wire)).status).toBe(200);
  });

  test('a restart of the backend forgets no limit [limit.lasting, limit.rates]', async () => {
    await exhaust([() => list(lab.wire)]);
    const { db } = lab.backend.database;
    await db
      .updateTable('limits')
      .set((eb) => ({ tat: eb('tat', '+', 30_000) }))
      .execute();
    const again = await startBackend({
      environment: 'development',
      database: store,
      port: 0,
      consolePort: 0,
      logKey: TEST_LOG_KEY,
      logLevel: 'silent',
    });
    try {
      const client = new WireClient(again.backendUrl, lab.token);
      expect(await list(client)).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
      expect((await planDown(client)).json['code']).not.toBe('internal');
    } finally {
      await again.close();
    }
  });

  test('grants are limited per client, in the words of OAuth [limit.rates, grant.errors]', async () => {
    const client = await mintClient(lab, 'blog-publisher-grants');
    const { refused, served } = await exhaust([() => send(client.tokenRequest())]);
    expect(served).toBeGreaterThanOrEqual(20);
    expect(refused.json).toMatchObject({ error: 'temporarily_unavailable', code: 'rate_limited' });
    expect(waitOf(refused)).toBeGreaterThanOrEqual(1);
    expect((await lab.entries()).at(-1)).toMatchObject({ auditId: refused.json['auditId'], code: 'rate_limited' });
  });

  test('reports beyond their limit are dropped and counted, and cost no call [limit.rates]', async () => {
    const report: JsonObject = {
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['/filename'],
      argumentsDigest: `sha-256:${'0'.repeat(64)}`,
    };
    const { refused, served } = await exhaust([() => lab.wire.call('/v1/refusals', report)]);
    expect(served).toBeGreaterThanOrEqual(30);
    expect(waitOf(refused)).toBeGreaterThanOrEqual(1);
    const kept = (await lab.entries()).filter((entry) => entry['kind'] === 'report');
    expect(kept).toHaveLength(served);
    await until('the count of what was dropped', async () => {
      const listed = await lab.people.owner.call('list_audit', { limit: 1000 });
      return (listed.json['entries'] as JsonObject[]).find(
        (entry) => entry['kind'] === 'noise' && entry['tool'] === '/v1/refusals' && entry['code'] === 'rate_limited',
      );
    });
    expect((await list(lab.wire)).status).toBe(200);
  });

  test('a pipeline without limits is caught [check.twins, limit.rates]', async () => {
    const withoutLimits = (checks: PipelineChecks): PipelineChecks => ({
      ...checks,
      beforeEffects: checks.beforeEffects.filter(({ name }) => name !== 'limits'),
    });
    const broken = await startBrokenLab({
      module: 'backend-mock/src/pipeline/checks.ts',
      instead: ({ createChecks }) => ({
        createChecks: (need: unknown) => withoutLimits((createChecks as (need: unknown) => PipelineChecks)(need)),
      }),
    });
    try {
      await expectCaught(() => toolLimit(broken));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
