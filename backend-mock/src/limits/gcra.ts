/** A quota: `burst` calls at once, then one every `60000 / perMinute` milliseconds. */
export interface Quota {
  readonly perMinute: number;
  readonly burst: number;
}

export interface GcraResult {
  readonly allowed: boolean;
  /** The theoretical arrival time to store when the call is allowed, in milliseconds. */
  readonly tat: number;
  /** Calls that would be allowed right after this one. */
  readonly remaining: number;
  /** Milliseconds until the next call would be allowed; 0 when one is allowed now. */
  readonly retryAfterMs: number;
  /** Milliseconds until the whole burst is there again. */
  readonly resetAfterMs: number;
}

/** Milliseconds between two calls. */
const intervalOf = ({ perMinute }: Quota): number => Math.ceil(60_000 / perMinute);

/**
 * The generic cell rate algorithm (ITU-T I.371, virtual scheduling form): one number per key remembers all. A refused
 * call costs nothing, so a caller that waits as told is served.
 *
 * @param tat stored theoretical arrival time, in milliseconds; undefined for a key never seen.
 * @param now milliseconds.
 */
export function gcra(tat: number | undefined, now: number, quota: Quota): GcraResult {
  const interval = intervalOf(quota);
  const tolerance = interval * quota.burst;
  const start = Math.max(tat ?? now, now);
  const next = start + interval;
  const earliest = next - tolerance;
  if (earliest > now) {
    return { allowed: false, tat: start, remaining: 0, retryAfterMs: earliest - now, resetAfterMs: start - now };
  }
  const remaining = Math.floor((tolerance - (next - now)) / interval);
  const retryAfterMs = remaining > 0 ? 0 : next + interval - tolerance - now;
  return { allowed: true, tat: next, remaining, retryAfterMs, resetAfterMs: next - now };
}

/** The theoretical arrival time of a key of which exactly so many calls are left at `now`, in milliseconds. */
export const tatWithCallsLeft = (now: number, quota: Quota, left: number): number =>
  now + intervalOf(quota) * (quota.burst - left);
