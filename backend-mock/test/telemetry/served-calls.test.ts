import { describe, expect, test } from '@jest/globals';
import {
  InMemorySpanExporter,
  ParentBasedSampler,
  AlwaysOnSampler,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { createServedCalls } from '../../src/telemetry/served-calls.ts';
import type { ObservedCall, RecordedCall } from '../../src/telemetry/telemetry.ts';

const CLAIMED = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const ENTRY: RecordedCall = {
  auditId: '7b0d2c62-6c0e-4b51-9a55-0c7c1f5d9a01',
  decision: 'deny',
  plan: 'p1',
  check: 'scope',
};

/** The spans that one call leaves. */
function spansOf(serve: (call: ObservedCall) => void): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const begin = createServedCalls(
    { tracer: provider.getTracer('test'), meter: undefined, stop: async () => undefined },
    'sqlite',
  );
  const route = '/v1/{context}/{tool}';
  serve(begin({ route, path: '/v1/blog/list_drafts', tool: 'list_drafts', startedAt: performance.now() }));
  return exporter.getFinishedSpans();
}
const traceOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().traceId;

describe('the trace of a call', () => {
  test('is its caller’s once they have proved who they are [trace.identified]', () => {
    const [span] = spansOf((call) => {
      call.identified(`00-${CLAIMED}-${PARENT}-01`);
      call.end({ status: 200, body: {} });
    });
    expect([traceOf(span), span?.parentSpanContext?.spanId]).toEqual([CLAIMED, PARENT]);
  });

  test('is our own, and sampled as we sample, where nobody has [trace.identified]', () => {
    const [span] = spansOf((call) => call.end({ status: 401, body: { code: 'signature_invalid' } }, 'signature'));
    expect([traceOf(span) === CLAIMED, span?.parentSpanContext]).toEqual([false, undefined]);
    expect(span?.attributes).toMatchObject({ 'deputies.check': 'signature', 'deputies.code': 'signature_invalid' });
  });

  test('is left out where its caller does not sample it', () => {
    const spans = spansOf((call) => {
      call.identified(`00-${CLAIMED}-${PARENT}-00`);
      call.transaction()(true);
      call.end({ status: 200, body: {} });
    });
    expect(spans).toEqual([]);
  });
});

describe('what a span says', () => {
  test('is what was recorded [trace.spans]', () => {
    const [inner, outer] = spansOf((call) => {
      call.identified(`00-${CLAIMED}-${PARENT}-01`);
      const over = call.transaction();
      call.recorded(ENTRY);
      over(true);
      call.end({ status: 403, body: { code: 'insufficient_scope', detail: 'never told' } });
    });
    expect([inner?.name, inner?.parentSpanContext?.spanId]).toEqual(['transaction', outer?.spanContext().spanId]);
    expect(outer?.attributes).toMatchObject({
      'deputies.audit_id': ENTRY.auditId,
      'deputies.decision': 'deny',
      'deputies.check': 'scope',
      'deputies.plan_id': 'p1',
      'deputies.code': 'insufficient_scope',
    });
    expect(JSON.stringify(outer?.attributes)).not.toContain('never told');
  });

  test('names no entry that was rolled back [trace.spans]', () => {
    const spans = spansOf((call) => {
      call.identified(`00-${CLAIMED}-${PARENT}-01`);
      const over = call.transaction();
      call.recorded(ENTRY);
      over(false);
      call.end({ status: 503, body: { code: 'audit_unavailable' } });
    });
    expect(spans.map(({ status }) => status.code)).toEqual([2, 2]);
    expect(spans[1]?.attributes).toMatchObject({ 'error.type': '503', 'deputies.code': 'audit_unavailable' });
    expect(spans[1]?.attributes).not.toHaveProperty(['deputies.audit_id']);
  });
});
