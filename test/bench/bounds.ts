/** A promise about a number, and whether it was kept. */
export interface Verdict {
  readonly what: string;
  /** Null where this system does not tell. */
  readonly value: number | null;
  readonly bound: number;
  readonly unit: string;
  /** A bound that is no matter of the machine's mood: breaking it always fails. */
  readonly hard: boolean;
  readonly state: 'ok' | 'over' | 'not measured';
}

/** Holds a number against its upper bound. */
export function judge(what: string, value: number | null, bound: number, unit: string, hard = false): Verdict {
  const state = value === null ? 'not measured' : value <= bound ? 'ok' : 'over';
  return { what, value, bound, unit, hard, state };
}

/** The exit status: hard bounds always count, the others where they are asked for. */
export const exitStatus = (verdicts: readonly Verdict[], check: boolean): number =>
  verdicts.some(({ state, hard }) => state === 'over' && (hard || check)) ? 1 : 0;
