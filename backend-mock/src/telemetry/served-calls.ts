import { performance } from 'node:perf_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { isCode, type JsonObject } from '@narrow-deputies/contracts';
import {
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  METRIC_HTTP_SERVER_REQUEST_DURATION,
} from '@opentelemetry/semantic-conventions';
import type { Engine } from '../database/database.ts';
import type { Sdk } from '@narrow-deputies/observability/sdk';
import type { ObservedRequest, Observer, RecordedCall } from './telemetry.ts';

/** Seconds, as the conventions advise ("HTTP server metrics"). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const METHOD = 'POST';
const SYSTEM_NAMES: Readonly<Record<Engine, string>> = { sqlite: 'sqlite', postgres: 'postgresql' };

/** Observes calls ("Semantic conventions for HTTP spans", server). */
export function createServedCalls({ tracer, meter }: Sdk, engine: Engine): Observer['begin'] {
  const duration = meter?.createHistogram(METRIC_HTTP_SERVER_REQUEST_DURATION, {
    description: 'Duration of the calls of operations.',
    unit: 's',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
  return (request) => {
    const attributes = attributesOf(request);
    const startSpan = (parent: Context): Span | undefined =>
      tracer?.startSpan(
        `${METHOD} ${request.route}`,
        {
          kind: SpanKind.SERVER,
          startTime: epoch(request.startedAt),
          attributes: { ...attributes, [ATTR_URL_PATH]: request.path },
        },
        parent,
      );
    let span: Span | undefined;
    let entry: RecordedCall | undefined;
    return {
      identified(traceparent) {
        span = startSpan(contextOf(traceparent));
      },
      transaction() {
        const inner =
          span &&
          tracer?.startSpan(
            'transaction',
            { kind: SpanKind.INTERNAL, startTime: now(), attributes: { [ATTR_DB_SYSTEM_NAME]: SYSTEM_NAMES[engine] } },
            trace.setSpan(ROOT_CONTEXT, span),
          );
        return (committed) => {
          if (!committed) {
            // What was recorded is gone with it.
            entry = undefined;
            inner?.setStatus({ code: SpanStatusCode.ERROR });
          }
          inner?.end(now());
        };
      },
      recorded(recorded) {
        entry = recorded;
      },
      end({ status, body }, check) {
        const came = outcomeOf(status, body);
        duration?.record((performance.now() - request.startedAt) / 1_000, { ...attributes, ...came });
        span ??= startSpan(ROOT_CONTEXT);
        span?.setAttributes({ ...came, ...decisionOf(entry, check) });
        if (ATTR_ERROR_TYPE in came) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end(now());
      },
    };
  };
}

/** Milliseconds since the epoch, with fractions: spans and what they measure go by one clock. */
const epoch = (moment: number): number => performance.timeOrigin + moment;
const now = (): number => epoch(performance.now());

const attributesOf = ({ route, tool }: ObservedRequest): Attributes => ({
  [ATTR_HTTP_REQUEST_METHOD]: METHOD,
  [ATTR_HTTP_ROUTE]: route,
  // The process listens on loopback; what ends TLS stands before it.
  [ATTR_URL_SCHEME]: 'http',
  'deputies.tool': tool,
});

/** How it ended, in words from closed lists: metrics carry this too. */
function outcomeOf(status: number, body: JsonObject): Attributes {
  const { code } = body;
  return {
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
    ...(status >= 500 && { [ATTR_ERROR_TYPE]: String(status) }),
    ...(isCode(code) && { 'deputies.code': code }),
  };
}

function decisionOf(entry: RecordedCall | undefined, check: string | undefined): Attributes {
  const denied = entry?.check ?? check;
  return {
    ...(denied !== undefined && { 'deputies.check': denied }),
    ...(entry?.decision && { 'deputies.decision': entry.decision }),
    ...(entry && { 'deputies.audit_id': entry.auditId }),
    ...(entry?.plan && { 'deputies.plan_id': entry.plan }),
  };
}

/** @param traceparent - of a signed request: version 00, and valid. */
function contextOf(traceparent: string): Context {
  const [, traceId = '', spanId = '', flags = '0'] = traceparent.split('-');
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}
