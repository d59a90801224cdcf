import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { isCode } from '@narrow-deputies/contracts';
import {
  ATTR_ERROR_TYPE,
  ATTR_NETWORK_TRANSPORT,
  ERROR_TYPE_VALUE_OTHER,
  NETWORK_TRANSPORT_VALUE_PIPE,
} from '@opentelemetry/semantic-conventions';
import type { CallOrigin } from '../call.ts';
import { traceparentFrom } from '../traceparent.ts';
import type { Outcome } from '../wall.ts';
import type { RequestsOf } from './http-requests.ts';
import {
  EXECUTE_TOOL,
  GEN_AI_OPERATION_NAME,
  GEN_AI_TOOL_NAME,
  JSONRPC_REQUEST_ID,
  MCP_DURATION_BUCKETS,
  MCP_METHOD_NAME,
  MCP_PROTOCOL_VERSION,
  MCP_SERVER_OPERATION_DURATION,
  TOOL_ERROR,
  TOOLS_CALL,
} from './mcp-conventions.ts';
import type { Sdk } from '@narrow-deputies/observability/sdk';
import { contextFrom, traceparentOf } from './span-context.ts';
import type { Telemetry } from './telemetry.ts';

const TEXT_MAX_CHARACTERS = 100;

/** Observes calls of tools ("Semantic conventions for Model Context Protocol", server). */
export function createToolCalls({ tracer, meter }: Sdk, requestsOf: RequestsOf): Telemetry['begin'] {
  const duration = meter?.createHistogram(MCP_SERVER_OPERATION_DURATION, {
    description: 'Duration of the calls of tools.',
    unit: 's',
    advice: { explicitBucketBoundaries: MCP_DURATION_BUCKETS },
  });
  return (tool, origin) => {
    const began = performance.now();
    const attributes = attributesOf(tool, origin);
    const span = tracer?.startSpan(
      `${TOOLS_CALL} ${tool}`,
      { kind: SpanKind.SERVER, attributes: { ...attributes, ...requestOf(origin) } },
      contextFrom(origin.traceparent, origin.tracestate),
    );
    const traceparent = span ? traceparentOf(span) : traceparentFrom(origin.traceparent);
    return {
      traceparent,
      observeRequest: requestsOf(span, traceparent),
      end(outcome) {
        const came = outcomeOf(outcome);
        duration?.record((performance.now() - began) / 1_000, { ...attributes, ...came });
        span?.setAttributes({ ...came, ...namesOf(outcome) });
        if (ATTR_ERROR_TYPE in came) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end();
      },
    };
  };
}

/** @param tool - one of the server's own: the SDK answers calls of any other by itself. */
const attributesOf = (tool: string, { protocolVersion }: CallOrigin): Attributes => ({
  [MCP_METHOD_NAME]: TOOLS_CALL,
  [GEN_AI_OPERATION_NAME]: EXECUTE_TOOL,
  [GEN_AI_TOOL_NAME]: tool,
  [ATTR_NETWORK_TRANSPORT]: NETWORK_TRANSPORT_VALUE_PIPE,
  ...(protocolVersion !== undefined && { [MCP_PROTOCOL_VERSION]: protocolVersion }),
});

const requestOf = ({ requestId }: CallOrigin): Attributes =>
  requestId === undefined ? {} : { [JSONRPC_REQUEST_ID]: String(requestId).slice(0, TEXT_MAX_CHARACTERS) };

/** How it ended, in words from closed lists: metrics carry this too. */
function outcomeOf(outcome: Outcome | undefined): Attributes {
  if (outcome === undefined) return { [ATTR_ERROR_TYPE]: ERROR_TYPE_VALUE_OTHER };
  if (outcome.result.isError !== true) return {};
  const { code } = recordOf(outcome.result.structuredContent);
  return { [ATTR_ERROR_TYPE]: TOOL_ERROR, ...(isCode(code) && { 'deputies.code': code }) };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The plan and the audit entry that the answer names; nothing else of an answer is looked at. */
function namesOf(outcome: Outcome | undefined): Attributes {
  const content = recordOf(outcome?.result.structuredContent);
  const source = 'receipt' in content ? recordOf(content['receipt']) : content;
  const named: Attributes = {};
  for (const [attribute, key] of [
    ['deputies.plan_id', 'planId'],
    ['deputies.audit_id', 'auditId'],
  ] as const) {
    const id = source[key];
    if (typeof id === 'string' && UUID.test(id)) named[attribute] = id;
  }
  return named;
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
