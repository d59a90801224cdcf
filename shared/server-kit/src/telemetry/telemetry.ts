import type { CallOrigin } from '../call.ts';
import type { Outcome } from '../wall.ts';

/** What came of one request to the backend: its status, or a system's or library's code for why there is none. */
export type RequestOutcome = { readonly status: number } | { readonly error: string };

/** One request to the backend, while it is under way. */
export interface ObservedRequest {
  /** Names this request as the parent of what the backend does; same trace as the call's. */
  readonly traceparent: string;
  readonly end: (outcome: RequestOutcome) => void;
}

/** @param resends - how many times the same request was sent before. */
export type ObserveRequest = (url: string, resends: number) => ObservedRequest;

/** One call of a tool, while it is under way. */
export interface ObservedCall {
  readonly traceparent: string;
  readonly observeRequest: ObserveRequest;
  /** @param outcome - undefined where there is none, because the server itself failed. */
  readonly end: (outcome: Outcome | undefined) => void;
}

/** Makes spans and metrics of calls; it is told names, ids and outcomes, never arguments or results. */
export interface Telemetry {
  readonly begin: (tool: string, origin: CallOrigin) => ObservedCall;
  /** Sends what is left; takes a second at most. */
  readonly stop: () => Promise<void>;
}
