import type { Contract } from '@narrow-deputies/contracts';
import type { EntryDraft } from '../audit/entry.ts';
import type { Answer } from '../pipeline/call.ts';

/** A request that is observed: names from our own lists, never what a caller wrote. */
export interface ObservedRequest {
  /** A template, such as `/v1/{context}/{tool}`. */
  readonly route: string;
  readonly path: string;
  readonly tool: string;
  /** `performance.now()` at arrival. */
  readonly startedAt: number;
}

/** What the audit entry of a call says; nothing else of it is told. */
export interface RecordedCall {
  readonly decision: EntryDraft['decision'];
  readonly plan: EntryDraft['plan'];
  readonly auditId: string;
  /** The check that denied. */
  readonly check: string | undefined;
}

/** One call, while it is under way. */
export interface ObservedCall {
  /** The caller has proved who they are. Before that their `traceparent` chooses neither trace nor sampling. */
  readonly identified: (traceparent: string) => void;
  /** @returns what is called when the transaction is over, with whether it was committed. */
  readonly transaction: () => (committed: boolean) => void;
  readonly recorded: (entry: RecordedCall) => void;
  /** @param check - the check that refused somebody unknown. */
  readonly end: (answer: Pick<Answer, 'status' | 'body'>, check?: string) => void;
}

/** Makes spans and metrics. */
export interface Observer {
  readonly begin: (request: ObservedRequest) => ObservedCall;
  /** Sends what is left; takes a second at most. */
  readonly stop: () => Promise<void>;
}

/** Where calls are told to whoever observes them: nobody, unless the environment asked for it. */
export class Telemetry {
  #observer: Observer | undefined;

  observe(observer: Observer): void {
    this.#observer = observer;
  }

  begin(request: ObservedRequest): ObservedCall | undefined {
    return this.#observer?.begin(request);
  }
}

/** Every operation has this one route. */
export const operationRequest = ({ context, name }: Contract, startedAt: number): ObservedRequest => ({
  route: '/v1/{context}/{tool}',
  path: `/v1/${context}/${name}`,
  tool: name,
  startedAt,
});
