import { copyFileSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildServer } from '@narrow-deputies/server-kit/build';
import { formatToken } from '@narrow-deputies/signing';
import { expectCaught } from '../support/broken.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import type { ReceivedSpan } from '../support/otlp.ts';
import { ROOT, type Finished } from '../support/processes.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { startFakeBackend, type FakeBackend } from './fake-backend.ts';
import { HOSTS } from './hosts.ts';
import { LAUNCHES } from './launches.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const HOST_SPAN = '00f067aa0ba902b7';
const META = { traceparent: `00-${TRACE}-${HOST_SPAN}-01`, tracestate: 'host=1', baggage: 'who=somebody' };
const NOBODY = 'http://127.0.0.1:9';
/** What stands in the code that exports and in no other. */
const EXPORTING = ['OTLPExporterError', 'v1/traces'];

describe.each(Object.entries(LAUNCHES))('telemetry of %s', (server, { folder, answered, refused }) => {
  let built: string;
  let read: string | undefined;
  let backend: FakeBackend;
  let collector: OtlpReceiver;
  beforeAll(async () => {
    built = realpathSync(mkdtempSync(join(tmpdir(), 'deputies-telemetry-')));
    await buildServer(join(ROOT, 'servers', server), built);
    read = folder?.prepare();
  });
  beforeEach(async () => {
    backend = await startFakeBackend({ [answered.path]: answered.reply });
    collector = await OtlpReceiver.start();
  });
  afterEach(() => {
    backend.close();
    collector.close();
  });

  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    DEPUTY_TOKEN: formatToken({ environment: 'development', clientId: server, seed: new Uint8Array(32).fill(7) }),
    DEPUTY_BACKEND_URL: backend.url,
    ...(folder && { [folder.variable]: read ?? '' }),
    ...more,
  });
  /** Under the permission model, as the ready file launches it. */
  const args = (program = join(built, 'main.js')): string[] => {
    const reads = [join(program, '..'), read].filter((path) => path !== undefined);
    return ['--permission', ...reads.map((path) => `--allow-fs-read=${path}`), program];
  };
  const start = (env: Record<string, string>, program?: string): StdioServer =>
    new StdioServer({ command: process.execPath, args: args(program), env });
  /** One call that the backend answers, one that is refused here, and the end. */
  const talk = async (env: Record<string, string>, program?: string): Promise<Finished> => {
    const started = start(env, program);
    expect(await started.call(answered.name, answered.arguments)).toMatchObject({
      isError: false,
      data: answered.shows,
    });
    for (const { name, arguments: given } of refused.slice(0, 1)) {
      expect(await started.call(name, given)).toMatchObject({ isError: true, data: { code: 'invalid_arguments' } });
    }
    return started.end();
  };
  const only = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
    const found = spans.filter((span) => span.name === name);
    expect(found).toHaveLength(1);
    return found[0] as ReceivedSpan;
  };

  test.each(Object.entries(HOSTS))(
    'continues the trace of %s, and names its own request as the parent of what the backend does [trace.spans, trace.context]',
    async (host, connect) => {
      const session = await connect(args(), environment(collector.environment));
      await session.call(answered.name, answered.arguments, META);
      await session.close();
      const call = only(collector.spans, `tools/call ${answered.name}`);
      expect(call).toMatchObject({
        service: server,
        kind: 'server',
        traceId: TRACE,
        parentSpanId: HOST_SPAN,
        traceState: 'host=1',
        failed: false,
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': answered.name,
          'mcp.protocol.version': host.slice(-10),
          'network.transport': 'pipe',
          'jsonrpc.request.id': expect.stringMatching(/^\d+$/),
        },
      });
      const request = only(collector.spans, 'POST');
      expect(request).toMatchObject({
        kind: 'client',
        traceId: TRACE,
        parentSpanId: call.spanId,
        failed: false,
        attributes: {
          'http.request.method': 'POST',
          'url.full': `${backend.url}${answered.path}`,
          'server.address': '127.0.0.1',
          'server.port': Number(new URL(backend.url).port),
          'http.response.status_code': 200,
        },
      });
      expect(backend.traceparents).toEqual([[answered.path, `00-${TRACE}-${request.spanId}-01`]]);
      expect([call.start <= request.start, request.end <= call.end]).toEqual([true, true]);
      expect(collector.everything).not.toContain('somebody');
    },
  );

  test('sends durations when it ends, with units and buckets, also of what it refused [trace.metrics]', async () => {
    expect(await talk(environment(collector.environment))).toMatchObject({ code: 0, stderr: '' });
    const calls = collector.histograms.filter(({ name }) => name === 'mcp.server.operation.duration');
    expect(calls).toEqual([
      expect.objectContaining({
        attributes: expect.not.objectContaining({ 'error.type': expect.anything() }),
        count: 1,
      }),
      expect.objectContaining({
        service: server,
        unit: 's',
        count: 1,
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': refused[0]?.name,
          'mcp.protocol.version': '2025-11-25',
          'network.transport': 'pipe',
          'error.type': 'tool_error',
          'deputies.code': 'invalid_arguments',
        },
        bounds: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
      }),
    ]);
    const requests = collector.histograms.filter(({ name }) => name === 'http.client.request.duration');
    expect(requests.map(({ attributes }) => attributes['http.response.status_code'])).toEqual([200, 202]);
    expect(requests[0]).toMatchObject({ unit: 's', bounds: expect.arrayContaining([0.005, 10]) });
    expect(collector.spans.filter(({ failed }) => failed).map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ 'error.type': 'tool_error', 'deputies.code': 'invalid_arguments' }),
    ]);
  });

  test('passes the host’s trace on and keeps nothing in its program that could export it, where nobody asked [trace.asked-for, trace.context]', async () => {
    const alone = join(realpathSync(mkdtempSync(join(tmpdir(), 'deputies-alone-'))), 'main.js');
    copyFileSync(join(built, 'main.js'), alone);
    expect(EXPORTING.map((code) => readFileSync(alone, 'utf8').includes(code))).toEqual([false, false]);
    expect(EXPORTING.map((code) => readFileSync(join(built, 'telemetry.cjs'), 'utf8').includes(code))).toEqual([
      true,
      true,
    ]);
    const off = { ...collector.environment, OTEL_SDK_DISABLED: 'true' };
    for (const env of [
      {},
      off,
      { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    ]) {
      expect(await talk(environment(env), alone)).toMatchObject({ code: 0, stderr: '' });
    }
    const session = await HOSTS['client 2.x, 2026-07-28'](args(alone), environment());
    await session.call(answered.name, answered.arguments, META);
    await session.close();
    expect(backend.traceparents.at(-1)).toEqual([answered.path, META.traceparent]);
    expect(backend.traceparents.every(([, traceparent]) => /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/.test(traceparent))).toBe(
      true,
    );
    expect(collector.received).toEqual([]);
  });

  test('a server that would load it all the same is caught [trace.asked-for, check.twins]', async () => {
    const alone = join(realpathSync(mkdtempSync(join(tmpdir(), 'deputies-alone-'))), 'main.js');
    copyFileSync(join(built, 'main.js'), alone);
    const ended = await talk(environment(collector.environment), alone);
    await expectCaught(() => expect(ended).toMatchObject({ code: 0, stderr: '' }));
    expect(ended).toMatchObject({
      code: 0,
      stderr: `${server}: What exports telemetry could not be loaded: nothing is exported.\n`,
    });
  });

  // All servers hand the variables to the same package (their own files are held equal by a test): tried with one of them.
  if (server !== 'blog-publisher') return;

  test('exports only what was named [trace.asked-for]', async () => {
    await talk(environment({ ...collector.environment, OTEL_METRICS_EXPORTER: 'none' }));
    expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
    collector.received.length = 0;
    await talk(environment({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${collector.url}/v1/metrics` }));
    expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/v1/metrics']));
  });

  test('says who it is and proves it to the collector as the variables say [trace.asked-for]', async () => {
    const named = {
      ...collector.environment,
      OTEL_SERVICE_NAME: 'my-reader',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=for-the-collector',
      OTEL_TRACES_SAMPLER: 'always_off',
    };
    await talk(environment(named));
    expect(collector.spans).toEqual([]);
    expect(new Set(collector.histograms.map(({ service }) => service))).toEqual(new Set(['my-reader']));
    expect(collector.everything).toContain('lab');
    expect(collector.received.every(({ headers }) => headers['x-collector-key'] === 'for-the-collector')).toBe(true);
  });

  test('writes what is meant for the console to standard error [trace.console]', async () => {
    const { code, stdout, stderr } = await talk(
      environment({ OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'console' }),
    );
    expect(code).toBe(0);
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(expect.objectContaining({ span: `tools/call ${answered.name}` }));
    expect(lines).toContainEqual(expect.objectContaining({ metric: 'mcp.server.operation.duration', unit: 's' }));
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(messages.every((message) => 'jsonrpc' in message)).toBe(true);
  });

  test('says once that it does not speak gRPC, and sends nothing [trace.asked-for]', async () => {
    const ended = await talk(environment({ ...collector.environment, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }));
    expect(ended).toMatchObject({
      code: 0,
      stderr: `${server}: OTEL_EXPORTER_OTLP_PROTOCOL asks for a protocol other than http/protobuf, the one that is spoken here: nothing is sent.\n`,
    });
    expect(collector.received).toEqual([]);
  });

  test.each([
    ['nobody listens', () => NOBODY],
    ['nobody answers', () => collector.url],
  ])(
    'where %s at the collector’s address, calls are answered and the process ends [trace.collector]',
    async (_what, url) => {
      collector.takeNothing();
      const ended = await talk(environment({ OTEL_EXPORTER_OTLP_ENDPOINT: url(), OTEL_BSP_SCHEDULE_DELAY: '1' }));
      expect(ended.code).toBe(0);
      expect(ended.stderr.split('\n').length).toBeLessThanOrEqual(2);
      expect(backend.traceparents.map(([path]) => path)).toEqual([answered.path, '/v1/refusals']);
    },
  );
});
