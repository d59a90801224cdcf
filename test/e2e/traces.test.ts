import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCaught } from '../support/broken.ts';
import { ERAS } from '../support/mcp-session.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import type { Attributes, ReceivedSpan } from '../support/otlp.ts';
import { until } from '../support/processes.ts';
import { Product } from '../support/product.ts';
import { entriesOfTrace } from '../support/store-rows.ts';

const HOST_SPAN = '00f067aa0ba902b7';
const RECORDER = pathToFileURL(join(import.meta.dirname, '..', 'support', 'loaded-modules.mjs')).href;
const EXPORTS = /\/@opentelemetry\//;

let folder: string;
let collector: OtlpReceiver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-traces-'));
  collector = await OtlpReceiver.start();
});
afterAll(async () => {
  collector.close();
  await rm(folder, { recursive: true, force: true });
});

const newTrace = (): string => randomUUID().replaceAll('-', '');
const recorded = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `--import=${RECORDER}`,
  DEPUTIES_TEST_LOADED: join(folder, file),
});
const loaded = async (file: string): Promise<string[]> => {
  const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
  expect(lines.some((line) => line.endsWith('/pipeline/pipeline.js'))).toBe(true);
  return lines.filter((line) => EXPORTS.test(line));
};

describe('with a collector', () => {
  let product: Product;
  beforeAll(async () => {
    product = await Product.start({ env: { ...collector.environment, ...recorded('asked') } });
  }, 120_000);
  afterAll(() => product?.dispose(), 60_000);

  const spansOf = (traceId: string): ReceivedSpan[] => collector.spans.filter((span) => span.traceId === traceId);
  const arrived = (traceId: string, count: number): Promise<ReceivedSpan[]> =>
    until(`${count} spans of one trace`, () => {
      const spans = spansOf(traceId);
      return spans.length >= count ? spans : undefined;
    });

  test.each(ERAS)(
    'host of %s, server, backend, transaction and audit entry are one trace [trace.spans, trace.context]',
    async (era) => {
      const traceId = newTrace();
      const session = await product.connect('ticket-handler', era, collector.environment);
      const meta = { traceparent: `00-${traceId}-${HOST_SPAN}-01` };
      expect(await session.call('list_tickets', {}, meta)).toMatchObject({ isError: false });
      await session.close();
      const spans = await arrived(traceId, 4);
      const [entry, ...others] = entriesOfTrace(product.home, traceId);
      expect([entry?.['tool'], others]).toEqual(['list_tickets', []]);
      const parents = new Map(spans.map(({ spanId, name }) => [spanId, name]));
      const chain = spans.map(
        ({ service, name, kind, parentSpanId }) =>
          `${service}: ${kind} ${name} < ${parents.get(parentSpanId) ?? parentSpanId}`,
      );
      expect(new Set(chain)).toEqual(
        new Set([
          `ticket-handler: server tools/call list_tickets < ${HOST_SPAN}`,
          'ticket-handler: client POST < tools/call list_tickets',
          'narrow-deputies-backend: server POST /v1/{context}/{tool} < POST',
          'narrow-deputies-backend: internal transaction < POST /v1/{context}/{tool}',
        ]),
      );
      expect(
        spans.find(({ kind, service }) => kind === 'server' && service === 'narrow-deputies-backend')?.attributes,
      ).toEqual({
        'http.request.method': 'POST',
        'http.route': '/v1/{context}/{tool}',
        'http.response.status_code': 200,
        'url.path': '/v1/tickets/list_tickets',
        'url.scheme': 'http',
        'deputies.tool': 'list_tickets',
        'deputies.decision': 'allow',
        'deputies.audit_id': entry?.['auditId'],
      });
      expect(spans.find(({ name }) => name === 'transaction')?.attributes).toEqual({ 'db.system.name': 'sqlite' });
    },
  );

  test('where the host sent no trace, the server begins one [trace.context]', async () => {
    const session = await product.connect('crm-reader', '2026-07-28', collector.environment);
    await session.call('search_customers', { query: 'trade' });
    await session.close();
    const first = await until('the call', () =>
      collector.spans.find(({ name }) => name === 'tools/call search_customers'),
    );
    expect(first.parentSpanId).toBe('');
    expect(entriesOfTrace(product.home, first.traceId)).toMatchObject([{ tool: 'search_customers' }]);
    expect(await arrived(first.traceId, 4)).toHaveLength(4);
  });

  test('a plan and a refusal are named by code, check, plan and entry on both sides [trace.spans]', async () => {
    const session = await product.connect('ticket-handler', '2025-11-25', collector.environment);
    const [planned, refused] = [newTrace(), newTrace()];
    const meta = (traceId: string) => ({ traceparent: `00-${traceId}-${HOST_SPAN}-01` });
    const args = { customerId: 'C1001', subject: 'Trace', text: 'A trace of a plan.', priority: 'low' };
    const plan = await session.call('plan_create_ticket', args, meta(planned));
    const nothing = await session.call('commit_refund', { planId: randomUUID() }, meta(refused));
    await session.close();
    expect([plan.isError, nothing.data['code']]).toEqual([false, 'not_found']);
    const served = async (traceId: string): Promise<Attributes[]> =>
      (await arrived(traceId, 4)).filter(({ kind }) => kind === 'server').map(({ attributes }) => attributes);
    const [entry] = entriesOfTrace(product.home, planned);
    const named = expect.objectContaining({ 'deputies.plan_id': plan.data['planId'] });
    expect(await served(planned)).toEqual([named, named]);
    expect(await served(planned)).toContainEqual(expect.objectContaining({ 'deputies.audit_id': entry?.['auditId'] }));
    const { code, auditId } = nothing.data;
    const denied = { 'deputies.code': code, 'deputies.audit_id': auditId };
    const spans = await served(refused);
    expect(spans).toHaveLength(2);
    expect(spans).toContainEqual(expect.objectContaining({ ...denied, 'error.type': 'tool_error' }));
    const decided = { 'deputies.check': 'known-plan', 'deputies.decision': 'deny' };
    expect(spans).toContainEqual(expect.objectContaining({ ...denied, ...decided }));
  });

  test('durations arrive when the backend ends, in seconds and the advised buckets [trace.metrics]', async () => {
    expect(await product.halt()).toMatchObject({ code: 0 });
    const histograms = collector.histograms.filter(({ service }) => service === 'narrow-deputies-backend');
    expect(histograms).toContainEqual({
      service: 'narrow-deputies-backend',
      name: 'http.server.request.duration',
      unit: 's',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/{context}/{tool}',
        'http.response.status_code': 200,
        'url.scheme': 'http',
        'deputies.tool': 'list_tickets',
      },
      count: ERAS.length,
      sum: expect.any(Number),
      bounds: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    });
  });

  test('what exports was loaded, as it was asked for [trace.asked-for, check.twins]', async () => {
    const modules = await loaded('asked');
    await expectCaught(() => expect(modules).toEqual([]));
  });
});

test('without variables the backend loads nothing that exports, and the host’s trace is in the entry all the same [trace.asked-for, trace.context]', async () => {
  const product = await Product.start({ env: recorded('not-asked') });
  try {
    const traceId = newTrace();
    const session = await product.connect('ticket-handler');
    await session.call('list_tickets', {}, { traceparent: `00-${traceId}-${HOST_SPAN}-01`, baggage: 'a=b' });
    await session.close();
    expect(entriesOfTrace(product.home, traceId)).toMatchObject([{ tool: 'list_tickets' }]);
    expect(await product.halt()).toMatchObject({ code: 0, stderr: '' });
    expect(await loaded('not-asked')).toEqual([]);
  } finally {
    await product.dispose();
  }
}, 120_000);

test('a collector that is away is mentioned once, and calls and the end are as ever [trace.collector]', async () => {
  const away = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_BSP_SCHEDULE_DELAY: '1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '50',
  };
  const product = await Product.start({ env: away });
  try {
    const session = await product.connect('ticket-handler', '2026-07-28', away);
    for (const _ of [1, 2, 3, 4]) expect(await session.call('list_tickets', {})).toMatchObject({ isError: false });
    await session.close();
    const { code, stderr } = await product.halt();
    expect(code).toBe(0);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(lines).toEqual([expect.stringContaining('Telemetry does not reach its collector')]);
  } finally {
    await product.dispose();
  }
}, 120_000);
