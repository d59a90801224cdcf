import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { gcra, tatWithCallsLeft, type Quota } from '../../src/limits/gcra.ts';
import { NOON } from '../support/rows.ts';

const MINUTE_MS = 60_000;
const quotas: fc.Arbitrary<Quota> = fc.record({
  perMinute: fc.integer({ min: 1, max: 600 }),
  burst: fc.integer({ min: 1, max: 60 }),
});
/** Steps of a caller's clock: many at once, some apart, some over a minute; a clock that was set back is among them. */
const steps = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: -5_000, max: 90_000 })),
  { minLength: 1, maxLength: 300 },
);

/** Times of the calls that were admitted. */
function admit(quota: Quota, times: readonly number[]): number[] {
  let tat: number | undefined;
  return times.filter((now) => {
    const { allowed, tat: next } = gcra(tat, now, quota);
    // What the store keeps: a refused call stores nothing, an admitted one a whole number of milliseconds.
    if (allowed) tat = Math.ceil(next);
    return allowed;
  });
}

function timesOf(deltas: readonly number[]): number[] {
  let now = NOON;
  return deltas.map((delta) => (now += delta));
}

describe('gcra [limit.rates]', () => {
  test('over any sequence of times no minute admits more than the burst and the quota of a minute', () => {
    fc.assert(
      fc.property(quotas, steps, (quota, deltas) => {
        const admitted = admit(quota, timesOf(deltas)).toSorted((a, b) => a - b);
        const most = quota.burst + quota.perMinute;
        let first = 0;
        for (const [last, time] of admitted.entries()) {
          while (time - (admitted[first] ?? 0) >= MINUTE_MS) first++;
          expect(last - first + 1).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a caller that waits as told is admitted', () => {
    fc.assert(
      fc.property(
        quotas,
        fc.integer({ min: 0, max: 120_000 }),
        fc.integer({ min: 0, max: 10 ** 12 }),
        (quota, ahead, now) => {
          const refused = gcra(now + ahead, now, quota);
          if (refused.allowed) expect(refused.tat).toBeGreaterThan(now);
          else expect(gcra(now + ahead, now + Math.ceil(refused.retryAfterMs), quota).allowed).toBe(true);
        },
      ),
    );
  });

  test('a caller that does not wait as told is refused', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 120_000 }), (quota, ahead) => {
        const refused = gcra(NOON + ahead, NOON, quota);
        if (refused.allowed) return;
        expect(refused.retryAfterMs).toBeGreaterThan(0);
        const early = NOON + Math.ceil(refused.retryAfterMs) - 1;
        expect(gcra(NOON + ahead, early, quota).allowed).toBe(false);
      }),
    );
  });

  test('the calls said to remain are admitted at once, and not one more', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 60_000 }), (quota, ahead) => {
        let state = gcra(NOON + ahead, NOON, quota);
        const { remaining } = state;
        if (!state.allowed) {
          expect(remaining).toBe(0);
          return;
        }
        for (let more = 0; more < remaining; more++) {
          state = gcra(state.tat, NOON, quota);
          expect(state.allowed).toBe(true);
        }
        expect(state.remaining).toBe(0);
        expect(gcra(state.tat, NOON, quota).allowed).toBe(false);
      }),
    );
  });

  test('after the time of reset the whole burst is there again', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 60_000 }), (quota, ahead) => {
        const { tat, allowed, resetAfterMs } = gcra(NOON + ahead, NOON, quota);
        const later = NOON + Math.ceil(resetAfterMs);
        expect(gcra(allowed ? tat : NOON + ahead, later, quota).remaining).toBe(quota.burst - 1);
      }),
    );
  });

  test('a key that was used up but for so many calls admits exactly those at that time', () => {
    fc.assert(
      fc.property(quotas, fc.nat(60), (quota, wanted) => {
        const left = Math.min(wanted, quota.burst);
        let tat = tatWithCallsLeft(NOON, quota, left);
        for (let call = 0; call < left; call++) {
          const { allowed, tat: next } = gcra(tat, NOON, quota);
          expect(allowed).toBe(true);
          tat = next;
        }
        expect(gcra(tat, NOON, quota).allowed).toBe(false);
      }),
    );
  });

  test('a key never seen has its whole burst', () => {
    expect(gcra(undefined, NOON, { perMinute: 60, burst: 3 })).toEqual({
      allowed: true,
      tat: NOON + 1000,
      remaining: 2,
      retryAfterMs: 0,
      resetAfterMs: 1000,
    });
  });

  test('a refusal says when the next call is admitted, and stores no new time', () => {
    const used = NOON + 3000;
    expect(gcra(used, NOON, { perMinute: 60, burst: 3 })).toEqual({
      allowed: false,
      tat: used,
      remaining: 0,
      retryAfterMs: 1000,
      resetAfterMs: 3000,
    });
  });

  test('the last call of a burst says how long until the next one', () => {
    expect(gcra(NOON + 2000, NOON, { perMinute: 60, burst: 3 })).toMatchObject({
      allowed: true,
      remaining: 0,
      retryAfterMs: 1000,
    });
  });
});
