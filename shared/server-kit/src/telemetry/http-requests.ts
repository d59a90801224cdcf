import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ERROR_TYPE_VALUE_OTHER,
  METRIC_HTTP_CLIENT_REQUEST_DURATION,
} from '@opentelemetry/semantic-conventions';
import type { Sdk } from '@narrow-deputies/observability/sdk';
import { traceparentOf } from './span-context.ts';
import type { ObserveRequest, RequestOutcome } from './telemetry.ts';

/** Seconds, as the conventions advise ("HTTP client metrics"). */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const METHOD = 'POST';

/** The requests of one call. @param parent - the call's span, where spans are made; else its `traceparent` stays as it is. */
export type RequestsOf = (parent: Span | undefined, traceparent: string) => ObserveRequest;

/** Observes requests to the backend ("Semantic conventions for HTTP spans", client). */
export function createHttpRequests({ tracer, meter }: Sdk): RequestsOf {
  const duration = meter?.createHistogram(METRIC_HTTP_CLIENT_REQUEST_DURATION, {
    description: 'Duration of the requests to the backend.',
    unit: 's',
    advice: { explicitBucketBoundaries: BUCKETS },
  });
  return (parent, traceparent) => (url, resends) => {
    const began = performance.now();
    const server = serverOf(url);
    const attributes = { [ATTR_HTTP_REQUEST_METHOD]: METHOD, ...server };
    const span =
      parent &&
      tracer?.startSpan(
        METHOD,
        {
          kind: SpanKind.CLIENT,
          attributes: {
            ...attributes,
            [ATTR_URL_FULL]: url,
            ...(resends > 0 && { [ATTR_HTTP_REQUEST_RESEND_COUNT]: resends }),
          },
        },
        trace.setSpan(ROOT_CONTEXT, parent),
      );
    return {
      traceparent: span ? traceparentOf(span) : traceparent,
      end(outcome) {
        const came = outcomeOf(outcome);
        duration?.record((performance.now() - began) / 1_000, { ...attributes, ...came });
        span?.setAttributes(came);
        if (ATTR_ERROR_TYPE in came) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end();
      },
    };
  };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function serverOf(url: string): Attributes {
  const { hostname, port, protocol } = new URL(url);
  return { [ATTR_SERVER_ADDRESS]: hostname, [ATTR_SERVER_PORT]: Number(port) || (DEFAULT_PORTS[protocol] ?? 0) };
}

/** Codes of systems and libraries look like this (`ECONNREFUSED`, `UND_ERR_SOCKET`); anything else is not passed on. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

function outcomeOf(outcome: RequestOutcome): Attributes {
  if ('error' in outcome) {
    return { [ATTR_ERROR_TYPE]: ERROR_CODE.test(outcome.error) ? outcome.error : ERROR_TYPE_VALUE_OTHER };
  }
  const { status } = outcome;
  const failed = status >= 400 && { [ATTR_ERROR_TYPE]: String(status) };
  return { [ATTR_HTTP_RESPONSE_STATUS_CODE]: status, ...failed };
}
