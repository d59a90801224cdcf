/**
 * How far the times of two entries may stand against their order, in milliseconds: calls run beside one another, and an
 * entry takes its place when its call is over. What changed less than this before a decision may not have been seen by it.
 */
export const PATIENCE_MS = 120_000;

/** Whether something that ended at a time was over for a decision at another. */
export const wasOver = (endedAt: number | null, time: number): boolean =>
  endedAt !== null && endedAt + PATIENCE_MS < time;
