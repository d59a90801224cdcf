import type { ReadDraft } from '../blog/read-draft.ts';

/**
 * What may be run aside, by name. Types alone: neither the code of a job nor what it imports is ever loaded by the thread
 * that serves.
 */
export interface Jobs {
  /** One draft's exact bytes, read, rendered and made safe. */
  readonly draft: { readonly input: Uint8Array; readonly output: ReadDraft };
}

export type JobName = keyof Jobs;

/** To the other thread. */
export interface Task<N extends JobName = JobName> {
  readonly job: N;
  readonly input: Jobs[N]['input'];
}

/** From it: that it has loaded, then one answer for each task. */
export type Report =
  | 'ready'
  | { readonly output: unknown }
  /** The job threw; for our own log, never for a caller. */
  | { readonly fault: string };
