import type { LimitState } from './limits-repository.ts';

const seconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

/** `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-11, and `Retry-After` (RFC 9110 10.2.3). */
export function rateLimitHeaders(states: readonly LimitState[]): Record<string, string> {
  const refused = states.filter((state) => !state.allowed);
  const headers: Record<string, string> = {
    'ratelimit-policy': states.map(({ limit }) => `"${limit.name}";q=${limit.quota.perMinute};w=60`).join(', '),
    ratelimit: states
      .map(({ limit, remaining, retryAfterMs }) => `"${limit.name}";r=${remaining};t=${seconds(retryAfterMs)}`)
      .join(', '),
  };
  if (refused.length > 0) headers['retry-after'] = String(retryAfterSeconds(refused));
  return headers;
}

/** Whole seconds after which every one of the used-up limits would allow one call. */
export const retryAfterSeconds = (states: readonly LimitState[]): number =>
  Math.max(1, ...states.map((state) => seconds(state.retryAfterMs)));
