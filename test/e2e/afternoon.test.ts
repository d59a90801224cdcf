import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { ConsoleClient } from '../support/console-client.ts';
import type { McpSession, ToolResult } from '../support/mcp-session.ts';
import { until } from '../support/processes.ts';
import { Product } from '../support/product.ts';
import { WireClient } from '../support/wire-client.ts';

/** Orders of one customer, in three currencies: two digits, none, and three. */
const HEAD = 'OrderID,CustomerID,OrderDate,RequiredDate,ShippedDate,Freight,ShipCity,ShipCountry,Total';
const ORDERS = { EUR: ['70001', '440.00'], JPY: ['70002', '44000'], KWD: ['70003', '44.000'] } as const;
const CUSTOMER = 'C1009';
const TICKET = '1842';

let postgres: PostgresServer;
let product: Product;
let folder: string;
let owner: ConsoleClient;
let blog: McpSession;
let tickets: McpSession;
/** Asks for a page without end, as a person with an open tab does. */
const looking = new AbortController();
const looks: { at: number; status: number }[] = [];
let watching: Promise<void>;

async function watch(): Promise<void> {
  while (!looking.signal.aborted) {
    const status = await owner.get('/waiting').then(
      (reply) => reply.status,
      () => 0,
    );
    looks.push({ at: looks.length, status });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What a person signs is what the page shows: the arguments of its forms. */
async function decide(action: 'approve' | 'approve_and_apply', planId: string): Promise<void> {
  const { text } = await owner.get(`/plans/${planId}`);
  const [, found = ''] = new RegExp(`data-act="${action}"\\s+data-arguments="([^"]+)"`).exec(text) ?? [];
  const args = JSON.parse(found.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as JsonObject;
  const reply = await owner.act(action, args);
  expect([action, reply.status, reply.text]).toEqual([action, 200, reply.text]);
}

const planIdOf = ({ data }: ToolResult): string => String(data['planId']);

/** Plans, is approved with the passkey, commits. */
async function carryOut(session: McpSession, noun: string, args: JsonObject): Promise<JsonObject> {
  const plan = await session.call(`plan_${noun}`, args);
  expect([noun, plan.isError, plan.data]).toEqual([noun, false, plan.data]);
  await decide('approve', planIdOf(plan));
  const { data } = await session.call(`commit_${noun}`, { planId: planIdOf(plan) });
  expect(data).toHaveProperty('receipt');
  return data;
}

const refund = (orderId: string, amount: number, currency: string): JsonObject => ({
  ticketId: TICKET,
  orderId,
  amount,
  currency,
  reason: 'Crushed on the way.',
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-afternoon-'));
  postgres = await startPostgres();
  product = await Product.start({ databaseUrl: await postgres.createDatabase() });
  for (const [currency, [orderId, total]] of Object.entries(ORDERS)) {
    const file = join(folder, `${currency}.csv`);
    await writeFile(file, `${HEAD}\n${orderId},${CUSTOMER},2026-10-01,2026-10-20,2026-10-04,0,Durham,UK,${total}\n`);
    await writeFile(join(folder, 'none.csv'), await customersOf());
    const files = ['--customers', join(folder, 'none.csv'), '--orders', file];
    await product.deputiesJson('data', 'import', ...files, '--currency', currency);
  }
  const invited = await product.deputiesJson<{ url: string }>(
    'people',
    'invite',
    'owner',
    '--role',
    'owner,administrator',
  );
  owner = new ConsoleClient(product.ready.consoleUrl);
  await owner.accept(new URL(invited.url).hash.slice(1));
  await owner.signIn();
  blog = await product.connect('blog-publisher');
  tickets = await product.connect('ticket-handler');
  watching = watch();
}, 180_000);
afterAll(async () => {
  looking.abort();
  await watching;
  await product?.dispose();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** The head of a customers' file alone: nobody new. */
const customersOf = async (): Promise<string> =>
  `${(await readFile(join(import.meta.dirname, '..', '..', 'backend-mock', 'fixtures', 'customers.csv'), 'utf8')).split('\n')[0] ?? ''}\n`;

test('people approve with a passkey what agents plan: a draft, a reply, refunds in three currencies [afternoon.held]', async () => {
  await carryOut(blog, 'publish_draft', { filename: 'water.md' });
  await carryOut(tickets, 'reply_to_customer', { ticketId: TICKET, text: 'Three parts are on their way back to you.' });
  await carryOut(tickets, 'refund', refund('70001', 1_250, 'EUR'));
  await carryOut(tickets, 'refund', refund('70002', 1_250, 'JPY'));
  await carryOut(tickets, 'refund', refund('70003', 1_250, 'KWD'));
}, 120_000);

test('a task releases what it covers [afternoon.held]', async () => {
  const granted = await owner.act('grant_task', {
    clientId: 'ticket-handler',
    tools: ['commit_refund'],
    resourceType: 'ticket',
    resourceId: TICKET,
    upTo: '20.00',
    currency: 'EUR',
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
    reason: 'Crushed on the way.',
  });
  expect([granted.status, granted.text]).toEqual([200, granted.text]);
  const plan = await tickets.call('plan_refund', refund('70001', 900, 'EUR'));
  expect(plan.data).toMatchObject({ status: 'released' });
  expect((await tickets.call('commit_refund', { planId: planIdOf(plan) })).data).toHaveProperty('receipt');
}, 60_000);

test('an export, another owner who wants it, and a stop [afternoon.held]', async () => {
  const scopes = ['--scope', 'crm:plan_export_customers', '--scope', 'crm:commit_export_customers'];
  const minted = await product.deputiesJson<JsonObject>('token', 'mint', 'crm-reader', ...scopes);
  const exporter = new WireClient(product.ready.backendUrl, String(minted['token']));
  const fields = ['customerId', 'companyName', 'email'];
  const plan = await exporter.call('/v1/crm/plan_export_customers', { filter: { orderedSince: '2000-01-01' }, fields });
  const planId = String(plan.json['planId']);
  await decide('approve', planId);
  const invited = await product.deputiesJson<{ url: string }>('people', 'invite', 'Bob', '--role', 'owner');
  await new ConsoleClient(product.ready.consoleUrl).accept(new URL(invited.url).hash.slice(1));
  const others = await product.deputiesJson<JsonObject>('token', 'mint', 'crm-reader', ...scopes, '--owner', 'Bob');
  const bob = new WireClient(product.ready.backendUrl, String(others['token']));
  expect((await bob.call('/v1/crm/commit_export_customers', { planId })).json['code']).toBe('not_found');
  const { json } = await exporter.call('/v1/crm/commit_export_customers', { planId });
  const { exportId } = (json['receipt'] as JsonObject)['result'] as JsonObject;
  const stopped = await owner.act('suspend', { kind: 'everything', target: '' });
  expect(stopped.status).toBe(200);
  expect((await exporter.call('/v1/crm/commit_export_customers', { planId })).json['code']).toBe('suspended');
  const suspensionId = String(stopped.json['suspensionId']);
  expect((await owner.act('resume', { suspensionId, reason: 'Only a drill.' })).status).toBe(200);
  await product.deputiesJson('exports', 'fetch', String(exportId), '--out', join(folder, 'export.csv'));
}, 120_000);

test('what attackers tried finds nobody who stops serving [afternoon.held]', async () => {
  const drafts = join(product.home, 'drafts');
  await writeFile(join(drafts, 'heavy.md'), `---\ntitle: Heavy\n---\n${'!['.repeat(200_000)}`);
  const heavy = await Promise.all(
    Array.from({ length: 14 }, () => blog.call('plan_publish_draft', { filename: 'heavy.md' })),
  );
  for (const { data } of heavy) expect(data).not.toHaveProperty('receipt');
  for (let tries = 0; tries < 100; tries++) {
    expect((await blog.call('plan_publish_draft', { filename: `../${tries}.md` })).isError).toBe(true);
  }
  const { backendUrl } = product.ready;
  const long = await fetch(`${backendUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'A'.repeat(66_000) }),
  });
  expect(long.status).toBeGreaterThanOrEqual(400);
  expect((await fetch(`${backendUrl}/v1/crm/%73earch_customers`, { method: 'POST', body: '{}' })).status).toBe(404);
}, 180_000);

test('PostgreSQL restarts in the middle of it, and no one has to start anything again [afternoon.held]', async () => {
  const before = looks.length;
  const start = await postgres.interrupt();
  await until('a look while the store is away', () => (looks.length > before + 3 ? true : undefined));
  await start();
  await until('a page again', () => (looks.at(-1)?.status === 200 ? true : undefined), 60_000);
  await carryOut(tickets, 'refund', refund('70002', 100, 'JPY'));
  process.kill(product.ready.pid, 0);
}, 180_000);

test('people saw their page throughout, and the log verifies [afternoon.held]', async () => {
  looking.abort();
  await watching;
  expect(looks.filter(({ status }) => status === 0)).toEqual([]);
  const out = join(folder, 'log');
  const exported = await until('every entry in its place', async () => {
    const done = await product.deputies('audit', 'export', out, '--json');
    return done.code === 0 ? done : undefined;
  });
  expect(exported.code).toBe(0);
  const verified = await product.deputies('audit', 'verify', out, '--json');
  expect([verified.code, verified.stdout]).toEqual([0, verified.stdout]);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
}, 120_000);
