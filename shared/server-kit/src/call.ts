import * as z from 'zod';
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
}

/** The same as the host sent it: anything at all may stand in the first two. */
export interface CallOrigin extends Pick<Call, 'protocolVersion' | 'signal'> {
  readonly traceparent: unknown;
  readonly client: unknown;
}

const CLIENT = z.object({ name: z.string(), version: z.string() });

/** Keeps what is well-formed. */
export const callFrom = ({ traceparent, client, protocolVersion, signal }: CallOrigin): Call => ({
  traceparent: traceparentFrom(traceparent),
  client: CLIENT.safeParse(client).data,
  protocolVersion,
  signal,
});
