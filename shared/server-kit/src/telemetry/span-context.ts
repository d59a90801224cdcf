import { createTraceState, ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from '../trace-context.ts';

const TRACESTATE_MAX_CHARACTERS = 512;

/** The `traceparent` that names a span as the parent. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return formatTraceparent({ traceId, spanId, flags: traceFlags });
}

/**
 * The context in which a span continues the host's trace; where it sent none, in which it begins one. Its `tracestate` goes
 * with the spans that are exported and nowhere else; baggage is never read.
 */
export function contextFrom(traceparent: unknown, tracestate: unknown): Context {
  const parent = parseTraceparent(traceparent);
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = parent;
  const isShort = typeof tracestate === 'string' && tracestate.length <= TRACESTATE_MAX_CHARACTERS;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote: true,
    ...(isShort && { traceState: createTraceState(tracestate) }),
  });
}
