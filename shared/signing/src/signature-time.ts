import type { SignatureParameters } from './signature-input.ts';

/** `expired`: sign anew and send again; `invalid`: such times are never accepted. */
export type TimeFault = 'expired' | 'invalid';

/** How far two clocks may differ, in seconds. */
const SKEW = 5;
/** Longest time between `created` and `expires`, in seconds. */
const LONGEST = 60;

/**
 * Judges the times of a signature (RFC 9421 section 3.2) at `now`, in seconds since the epoch. What could never have been
 * valid is `invalid` even when it is also past, so that only a well-made signature invites a retry. Each comparison is
 * written so that a value that is not a number fails it.
 */
export function signatureTimeFault(parameters: SignatureParameters, now: number): TimeFault | undefined {
  const { created, expires } = parameters;
  if (!(created <= now + SKEW && expires > created && expires - created <= LONGEST)) return 'invalid';
  return now <= expires + SKEW ? undefined : 'expired';
}
