import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { parseToken } from '@narrow-deputies/signing';
import { withPreload } from '../support/launch.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { until } from '../support/processes.ts';
import { PASSPHRASE, Product } from '../support/product.ts';
import { secretsIn, type Secret } from '../support/secrets.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { openStore } from '../support/store-rows.ts';
import { send, WireClient, type WireRequest } from '../support/wire-client.ts';

const canary = (): string => `canary-${randomBytes(12).toString('hex')}`;
const newTrace = (): string => randomUUID().replaceAll('-', '');
const HOST_SPAN = '00f067aa0ba902b7';
/** Goes out with the spans as it should: what is found of it shows that the rest would be found too. */
const SHOWN = canary();
const TEXTS = {
  draft: canary(),
  reply: canary(),
  subject: canary(),
  query: canary(),
  refused: canary(),
  baggage: canary(),
};
const COLLECTOR_KEY = canary();

const secrets: Secret[] = [
  ...Object.entries(TEXTS).map(([name, value]) => ({ name, value })),
  { name: 'passphrase', value: PASSPHRASE },
  // The first customer of the shipped fixtures.
  ...['Teehaus Linde', 'Greta Holmberg', 'Lindenallee', 'kontakt@teehaus-linde.example', '66969'].map((value) => ({
    name: value,
    value: value.padEnd(8),
  })),
];

let folder: string;
let collector: OtlpReceiver;
let product: Product;
const traces = new Set<string>();
/** Everything that anybody could read, by where it was. */
const outputs = new Map<string, string>();

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'deputies-spans-')));
  await mkdir(join(folder, 'drafts'));
  await writeFile(join(folder, 'drafts', 'good.md'), `---\ntitle: ${TEXTS.draft}\n---\n\n${TEXTS.draft}\n`);
  collector = await OtlpReceiver.start();
  product = await Product.start({ drafts: join(folder, 'drafts'), env: exporting() });
}, 120_000);
afterAll(async () => {
  await product?.dispose();
  collector.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const exporting = (): Record<string, string> => ({
  ...collector.environment,
  OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${COLLECTOR_KEY}`,
});

function start(
  server: string,
  env: Record<string, string> = exporting(),
  preloaded?: Readonly<Record<string, string>>,
): StdioServer {
  const entry = product.ready.servers[server];
  if (!entry) throw new Error(`There is no ${server}.`);
  const parsed = parseToken(entry.env['DEPUTY_TOKEN'] ?? '');
  if (!parsed.ok) throw new Error('The ready file has no token.');
  secrets.push(
    { name: `token of ${server}`, value: entry.env['DEPUTY_TOKEN'] ?? '' },
    { name: `seed of ${server}`, value: parsed.token.seed },
  );
  const started = { ...entry, env: { ...entry.env, ...env } };
  return new StdioServer(preloaded ? withPreload(started, preloaded) : started);
}

/** One call in a trace of its own. */
async function call(server: StdioServer, name: string, args: JsonObject, traceId = newTrace()): Promise<JsonObject> {
  traces.add(traceId);
  await server.greet();
  const _meta = {
    traceparent: `00-${traceId}-${HOST_SPAN}-01`,
    tracestate: `host=${SHOWN}`,
    baggage: `who=${TEXTS.baggage}`,
  };
  const { result } = await server.request('tools/call', { name, arguments: args, _meta });
  return (result?.['structuredContent'] ?? {}) as JsonObject;
}

async function end(server: StdioServer, name: string): Promise<string> {
  const { stderr } = await server.end();
  outputs.set(`${name} ${outputs.size}`, stderr);
  return stderr;
}

async function planAndCommit(server: StdioServer, noun: string, args: JsonObject): Promise<void> {
  const { planId = '' } = await call(server, `plan_${noun}`, args);
  expect([noun, typeof planId, planId === '']).toEqual([noun, 'string', false]);
  await call(server, `commit_${noun}`, { planId });
  await product.deputiesJson('approvals', 'approve', String(planId));
  expect(await call(server, `commit_${noun}`, { planId })).toHaveProperty('receipt');
}

/** Agents at work: what succeeds and what is refused, here and there. */
async function work(): Promise<void> {
  const [blog, crm, tickets] = [start('blog-publisher'), start('crm-reader'), start('ticket-handler')];
  await planAndCommit(blog, 'publish_draft', { filename: 'good.md' });
  await call(blog, 'plan_publish_draft', { filename: `../${TEXTS.refused}.md` });
  await call(crm, 'search_customers', { query: TEXTS.query });
  expect(JSON.stringify(await call(crm, 'search_customers', { query: 'Teehaus' }))).toContain('Teehaus Linde');
  expect(JSON.stringify(await call(crm, 'get_customer', { customerId: 'C1001' }))).toContain('Greta Holmberg');
  await call(crm, 'search_customers', { query: 'x', more: TEXTS.refused });
  await call(crm, 'commit_export_customers', { planId: TEXTS.refused });
  const args = { customerId: 'C1001', subject: TEXTS.subject, text: TEXTS.reply, priority: 'low' };
  await planAndCommit(tickets, 'create_ticket', args);
  const listed = (await call(tickets, 'list_tickets', {}))['tickets'] as JsonObject[];
  const ticketId = String(listed[0]?.['ticketId']);
  await call(tickets, 'get_ticket', { ticketId });
  await planAndCommit(tickets, 'reply_to_customer', { ticketId, text: TEXTS.reply });
  await end(blog, 'blog');
  await end(crm, 'crm');
  await end(tickets, 'tickets');
}

const without = (request: WireRequest, name: string): WireRequest => ({
  ...request,
  headers: request.headers.filter(([header]) => header !== name),
});

describe('what leaves for operators', () => {
  test('comes of every call and every service [trace.spans]', async () => {
    await work();
    const wire = new WireClient(
      product.ready.backendUrl,
      product.ready.servers['crm-reader']?.env['DEPUTY_TOKEN'] ?? '',
    );
    const signed = await wire.operation('/v1/crm/search_customers', { query: TEXTS.query });
    for (const [name, value] of signed.headers) {
      if (['authorization', 'signature', 'signature-input'].includes(name))
        secrets.push({ name, value: value.slice(-40) });
    }
    expect(await send(signed)).toMatchObject({ status: 200 });
    expect(await send(signed)).toMatchObject({ status: 401 });
    await until('every call', () =>
      traces.size <= new Set(collector.spans.map(({ traceId }) => traceId)).size ? true : undefined,
    );
    expect(new Set(collector.spans.map(({ service }) => service))).toEqual(
      new Set(['narrow-deputies-backend', 'blog-publisher', 'crm-reader', 'ticket-handler']),
    );
  }, 120_000);

  test('who proves nothing begins a trace of their own, whatever they claim [trace.identified]', async () => {
    const wire = new WireClient(
      product.ready.backendUrl,
      product.ready.servers['crm-reader']?.env['DEPUTY_TOKEN'] ?? '',
    );
    const signed = await wire.operation('/v1/crm/search_customers', { query: TEXTS.query });
    const claimed = newTrace();
    const headers = signed.headers.map(([name, value]): [string, string] => [
      name,
      name === 'traceparent' ? `00-${claimed}-${HOST_SPAN}-01` : value,
    ]);
    const before = collector.spans.length;
    expect(await send({ ...signed, headers })).toMatchObject({ status: 401, json: { code: 'signature_invalid' } });
    expect(await send(without({ ...signed, headers }, 'signature'))).toMatchObject({ status: 400 });
    const spans = await until('two spans', () =>
      collector.spans.length >= before + 2 ? collector.spans.slice(before) : undefined,
    );
    expect(
      spans.map(({ traceId, parentSpanId, attributes }) => [
        traceId === claimed,
        parentSpanId,
        attributes['deputies.check'],
      ]),
    ).toEqual([
      [false, '', 'signature'],
      [false, '', 'headers'],
    ]);
  });

  test('every line of a server about a call names its trace [trace.logs]', async () => {
    const crm = start('crm-reader', {}, { DEPUTIES_TEST_FAULTS: 'fails-inside' });
    const traceId = newTrace();
    expect(await call(crm, 'search_customers', { query: TEXTS.query }, traceId)).toMatchObject({ code: 'internal' });
    const lines = (await end(crm, 'crm broken'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
    expect(lines).toEqual([
      expect.objectContaining({ traceId, tool: 'search_customers', msg: 'A call failed inside.' }),
    ]);
  });

  test('every line of the backend about a call names its trace, and errors of the store tell nothing [trace.logs, trace.no-secret]', async () => {
    const crm = start('crm-reader');
    const traceId = newTrace();
    const store = openStore(product.home);
    store.exec('alter table audit_payloads rename to hidden_payloads');
    try {
      expect(await call(crm, 'search_customers', { query: TEXTS.query }, traceId)).toMatchObject({
        code: 'audit_unavailable',
      });
    } finally {
      store.exec('alter table hidden_payloads rename to audit_payloads');
      store.close();
    }
    await end(crm, 'crm');
    const { stderr } = await product.halt();
    outputs.set('backend', stderr);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
    const about = lines.filter((line) => line['traceId'] !== undefined);
    expect(about.length).toBeGreaterThan(0);
    expect(new Set(about.map((line) => line['traceId']))).toEqual(new Set([traceId]));
    expect(lines.filter((line) => 'tool' in line && line['traceId'] === undefined)).toEqual([]);
  });

  test('holds no argument, result, secret or personal data, and what is meant to leave is found in it [trace.no-secret]', () => {
    outputs.set('collector', collector.everything);
    const found = [...outputs]
      .map(([where, text]) => [where, secretsIn(text, secrets)])
      .filter(([, names]) => names?.length);
    expect(found).toEqual([]);
    expect(outputs.size).toBe(7);
    expect(secretsIn(collector.everything, [{ name: 'shown', value: SHOWN }])).toEqual(['shown']);
    const logs = [...outputs].filter(([where]) => where !== 'collector').map(([, text]) => text);
    expect(secretsIn(logs.join('\n'), [{ name: 'key', value: COLLECTOR_KEY }])).toEqual([]);
  });
});
