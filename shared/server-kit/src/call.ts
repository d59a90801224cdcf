import * as z from 'zod';
import type { ObserveRequest } from './telemetry/telemetry.ts';
import { traceparentFrom } from './traceparent.ts';

/** What a handler knows about the call that it serves, apart from its arguments. */
export interface Call {
  /** W3C Trace Context `traceparent` (version 00): the host's own, where it sent a valid one. */
  readonly traceparent: string;
  /** The MCP client, as it names itself; nothing vouches for it. */
  readonly client: { readonly name: string; readonly version: string } | undefined;
  /** Negotiated MCP revision, such as `2025-11-25`. */
  readonly protocolVersion: string | undefined;
  /** Aborted when the host cancels the call or the connection ends. */
  readonly signal: AbortSignal;
  /** Present where spans or metrics are exported: told of each request to the backend. */
  readonly observeRequest?: ObserveRequest | undefined;
}

/** The same as the host sent it: anything at all may stand in what is unknown. */
export interface CallOrigin extends Pick<Call, 'protocolVersion' | 'signal' | 'observeRequest'> {
  readonly traceparent: unknown;
  readonly tracestate?: unknown;
  readonly client: unknown;
  /** Of the JSON-RPC request. */
  readonly requestId?: string | number | undefined;
}

const CLIENT = z.object({ name: z.string(), version: z.string() });

/** Keeps what is well-formed. */
export const callFrom = ({ traceparent, client, protocolVersion, signal, observeRequest }: CallOrigin): Call => ({
  traceparent: traceparentFrom(traceparent),
  client: CLIENT.safeParse(client).data,
  protocolVersion,
  signal,
  observeRequest,
});
