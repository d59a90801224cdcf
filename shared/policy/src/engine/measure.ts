import type { PolicyCall } from './call.ts';

/** Whose calls are counted together. A run is a label that the client chooses, so nothing rests on it alone. */
export type Per = 'run' | 'client' | 'agent' | 'owner' | 'tool';

/** What is counted of earlier calls. */
export type MeasureOf =
  /** Calls that were served. */
  | 'calls'
  /** One whole-number argument of calls that were served, added up. */
  | 'sum'
  /** Records that served calls showed. */
  | 'records'
  /** Scores of calls that were served, added up. */
  | 'risk'
  /** Served calls that showed text from outside. */
  | 'outside'
  /** Calls that were refused. */
  | 'denials'
  /** Calls with this tool and these very arguments, served or refused. */
  | 'repeats'
  /** Neighbours among the numbers of the records that were asked for: going through them one by one. */
  | 'sequence';

/**
 * A number about the past that a decision needs: over the window that ends with the call, whose start is excluded, and of
 * these tools alone. Two measures with the same key are the same.
 */
export interface Measure {
  readonly key: string;
  readonly of: MeasureOf;
  readonly per: Per;
  /** Names, sorted; null = any tool. */
  readonly tools: readonly string[] | null;
  /** Milliseconds. */
  readonly window: number;
  /** JSON pointer into the arguments, for `sum` and `sequence`. */
  readonly pointer: string | null;
}

/** What a measure came to. */
export interface Measured {
  readonly value: number;
  /** Milliseconds since the epoch: the oldest call that was counted; null where there is none or nobody asked. */
  readonly oldest: number | null;
}

/** Finds the value of a measure for the call that is decided. */
export type Reading = (measure: Measure) => Measured;

const NOTHING: Measured = { value: 0, oldest: null };

/** For calls without a past. */
export const noHistory: Reading = () => NOTHING;

/** Of a record's id, the number that it ends with: `C1042` is 1042. Null where it has none, or one out of range. */
export function recordNumber(id: unknown): number | null {
  const digits = typeof id === 'string' ? /\d{1,9}$/.exec(id)?.[0] : undefined;
  return digits === undefined ? null : Number(digits);
}

/** Most record numbers, the newest, that `sequence` looks at. */
export const SEQUENCE_DEPTH = 64;

export const createMeasure = (
  of: MeasureOf,
  per: Per,
  tools: readonly string[] | null,
  window: number,
  pointer: string | null = null,
): Measure => ({
  key: `${of}${pointer ?? ''}:${per}:${window}:${tools === null ? '*' : tools.join(',')}`,
  of,
  per,
  tools,
  window,
  pointer,
});

/** Whether a call of the past belongs to the same run, client, agent, owner or tool as this one. */
export function together(per: Per, event: Who, call: Who): boolean {
  switch (per) {
    case 'run':
      return event.run !== null && event.run === call.run && isSamePrincipal(event, call);
    case 'client':
      return isSamePrincipal(event, call);
    case 'agent':
      return event.agent === call.agent;
    case 'owner':
      return event.owner === call.owner;
    case 'tool':
      return event.tool === call.tool;
  }
}

/** A client stands for one owner at a time: what it did for another is not counted against this one. */
const isSamePrincipal = (one: Who, other: Who): boolean => one.client === other.client && one.owner === other.owner;

type Who = Pick<PolicyCall, 'run' | 'client' | 'agent' | 'owner' | 'tool'>;
