import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { ERAS } from '../support/mcp-session.ts';
import { ROOT } from '../support/processes.ts';
import { Product } from '../support/product.ts';

const DRAFT = 'spring-harvest.md';
const receiptOf = (data: JsonObject): JsonObject => (data['receipt'] ?? {}) as JsonObject;

describe.each(['sqlite', 'postgres'] as const)('a draft published by an agent, on %s', (engine) => {
  let postgres: PostgresServer | undefined;
  let product: Product;
  let drafts: string;

  beforeAll(async () => {
    drafts = await mkdtemp(join(tmpdir(), 'deputies-drafts-'));
    await cp(join(ROOT, 'backend-mock', 'fixtures', 'drafts'), drafts, { recursive: true });
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.createDatabase();
    product = await Product.start({ drafts, ...(databaseUrl !== undefined && { databaseUrl }) });
  }, 120_000);

  afterAll(async () => {
    await product?.dispose();
    await postgres?.stop();
    await rm(drafts, { recursive: true, force: true });
  }, 60_000);

  test.each(ERAS)(
    'a host that speaks %s finds five tools and the drafts, publishable or why not [host.both-eras, law.narrow-tools, outcome.list_drafts]',
    async (era) => {
      const agent = await product.connect('blog-publisher', era);
      expect(await agent.toolNames()).toEqual([
        'list_drafts',
        'plan_publish_draft',
        'commit_publish_draft',
        'plan_unpublish_article',
        'commit_unpublish_article',
      ]);
      const { data } = await agent.call('list_drafts', {});
      const listed = data['drafts'] as JsonObject[];
      expect(Object.fromEntries(listed.map((draft) => [draft['filename'], draft['publishable']]))).toEqual({
        'notes/opening-hours.md': true,
        'spring-harvest.md': true,
        'unfinished.md': false,
        'water.md': true,
      });
      expect(listed.find((draft) => draft['publishable'] === false)?.['reason']).toMatch(/title|front matter/);
    },
  );

  test('it is public only after its owner approved, byte for byte, exactly once [law.ships-seen, law.no-standing-power, law.planned-bytes, draft.exact, outcome.plan_publish_draft, outcome.commit_publish_draft]', async () => {
    const agent = await product.connect('blog-publisher');
    const bytes = await readFile(join(drafts, DRAFT));
    const planned = await agent.call('plan_publish_draft', { filename: DRAFT });
    const planId = String(planned.data['planId']);
    const url = String((planned.data['preview'] as JsonObject)['url']);
    expect(planned.data).toMatchObject({ status: 'pending_approval', repeated: false });

    const early = await agent.call('commit_publish_draft', { planId });
    expect(early).toMatchObject({ isError: false, data: { status: 'pending_approval', planId } });
    expect((await fetch(url)).status).toBe(404);

    expect(await product.deputiesJson('approvals', 'approve', planId)).toEqual({ planId, status: 'released' });
    await writeFile(join(drafts, DRAFT), 'changed after the plan');
    const first = await agent.call('commit_publish_draft', { planId });
    const second = await agent.call('commit_publish_draft', { planId });
    await writeFile(join(drafts, DRAFT), bytes);

    expect(first).toMatchObject({ isError: false, data: { repeated: false } });
    expect(second).toMatchObject({ isError: false, data: { repeated: true } });
    expect(receiptOf(second.data)).toEqual(receiptOf(first.data));
    expect(receiptOf(first.data)['result']).toEqual({
      slug: 'spring-harvest',
      url,
      contentDigest: digestOfBytes(bytes),
    });
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(bytes);

    const entries = await product.deputiesJson<JsonObject[]>('audit', 'list', '--plan', planId);
    const commits = entries.filter((entry) => entry['tool'] === 'commit_publish_draft');
    expect(commits.map((entry) => [entry['outcome'], entry['code'], entry['repeated']])).toEqual([
      ['succeeded', null, true],
      ['succeeded', null, false],
      ['pending', 'approval_required', false],
    ]);
    expect(commits[1]?.['auditId']).toBe(receiptOf(first.data)['auditId']);
  });

  test('a rejected plan is never applied, and its reason reaches the agent [approval.rejected]', async () => {
    const agent = await product.connect('blog-publisher', '2025-11-25');
    const planned = await agent.call('plan_publish_draft', { filename: 'water.md' });
    const planId = String(planned.data['planId']);
    await product.deputiesJson('approvals', 'reject', planId, '--reason', 'not before May');
    const { isError, data } = await agent.call('commit_publish_draft', { planId });
    expect(isError).toBe(true);
    expect(data).toMatchObject({ code: 'approval_rejected', retryable: false });
    expect(data['detail']).toContain('not before May');
    expect((await fetch(`${product.ready.backendUrl}/articles/water.md`)).status).toBe(404);
  });

  test('of two plans for one article the second finds the world changed [plan.bound, outcome.plan_unpublish_article, outcome.commit_unpublish_article]', async () => {
    const agent = await product.connect('blog-publisher');
    const down = await agent.call('plan_unpublish_article', { slug: 'welcome' });
    const planId = String(down.data['planId']);
    const twin = await agent.call('plan_unpublish_article', { slug: 'welcome' });
    expect(twin.data).toMatchObject({ planId, repeated: true });
    await product.deputiesJson('approvals', 'approve', planId);
    expect((await agent.call('commit_unpublish_article', { planId })).isError).toBe(false);
    expect((await fetch(`${product.ready.backendUrl}/articles/welcome.md`)).status).toBe(404);
    expect((await agent.call('plan_unpublish_article', { slug: 'welcome' })).data['code']).toBe('not_found');
  });

  test('a second start keeps data, tokens and people [limit.lasting, token.restart]', async () => {
    const { backendUrl, servers } = product.ready;
    const before = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '1000');
    expect((await product.halt()).code).toBe(0);
    await product.boot(Number(new URL(backendUrl).port));
    expect(product.ready.servers).toEqual(servers);
    const after = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '1000');
    const ids = new Set(after.map((entry) => entry['auditId']));
    expect(before.every((entry) => ids.has(entry['auditId']))).toBe(true);
    const agent = await product.connect('blog-publisher');
    const { data } = await agent.call('list_drafts', {});
    const published = (data['drafts'] as JsonObject[]).filter((draft) => draft['published'] === true);
    expect(published.map((draft) => draft['filename'])).toEqual([DRAFT]);
  });

  test('a revoked token ends at once, and a restart does not bring it back [token.revoked, token.restart]', async () => {
    const agent = await product.connect('blog-publisher');
    expect((await agent.call('list_drafts', {})).isError).toBe(false);
    const tokens = await product.deputiesJson<JsonObject[]>('token', 'list');
    const own = tokens.find((token) => token['clientId'] === 'blog-publisher');
    await product.deputiesJson('token', 'revoke', String(own?.['keyid']));
    expect((await agent.call('list_drafts', {})).data['code']).toBe('unauthenticated');
    await product.halt();
    await product.boot();
    // The other servers have tokens of their own.
    expect(Object.keys(product.ready.servers)).toEqual(['crm-reader', 'ticket-handler']);
    const minted = await product.deputiesJson<JsonObject>('token', 'mint', 'blog-publisher', '--save');
    expect(minted['clientId']).toBe('blog-publisher');
  });
});
