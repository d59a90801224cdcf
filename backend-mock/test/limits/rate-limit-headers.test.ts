import { describe, expect, test } from '@jest/globals';
import type { LimitState } from '../../src/limits/limits-repository.ts';
import { rateLimitHeaders, retryAfterSeconds } from '../../src/limits/rate-limit-headers.ts';

const state = (name: string, overrides: Partial<LimitState> = {}): LimitState => ({
  limit: { name, key: `${name}:a`, quota: { perMinute: 60, burst: 5 } },
  allowed: true,
  tat: 0,
  remaining: 4,
  retryAfterMs: 0,
  resetAfterMs: 1000,
  ...overrides,
});

describe('rate limit headers [limit.rates]', () => {
  test('name every limit, its quota over a minute, what remains and when more comes', () => {
    const states = [state('client'), state('tool', { remaining: 0, retryAfterMs: 1001 })];
    expect(rateLimitHeaders(states)).toEqual({
      'ratelimit-policy': '"client";q=60;w=60, "tool";q=60;w=60',
      ratelimit: '"client";r=4;t=0, "tool";r=0;t=2',
    });
  });

  test('tell a refused caller to wait for the slowest of the limits that refused', () => {
    const states = [
      state('client', { allowed: false, remaining: 0, retryAfterMs: 1500 }),
      state('tool', { allowed: false, remaining: 0, retryAfterMs: 7000 }),
      state('owner', { remaining: 0, retryAfterMs: 60_000 }),
    ];
    expect(rateLimitHeaders(states)['retry-after']).toBe('7');
  });

  test('never tell a refused caller to come back at once', () => {
    expect(retryAfterSeconds([state('client', { allowed: false, retryAfterMs: 0.2 })])).toBe(1);
    expect(retryAfterSeconds([state('client', { allowed: false, retryAfterMs: 0 })])).toBe(1);
  });

  test('never tell a caller to wait less than what the limit says', () => {
    expect(retryAfterSeconds([state('client', { allowed: false, retryAfterMs: 2000 })])).toBe(2);
    expect(retryAfterSeconds([state('client', { allowed: false, retryAfterMs: 2000.1 })])).toBe(3);
  });
});
