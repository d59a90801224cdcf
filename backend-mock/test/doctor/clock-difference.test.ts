import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { clockDifference, judgeClock } from '../../src/doctor/clock-difference.ts';

const NOW = Date.UTC(2026, 3, 18, 12, 0, 0);
const header = (ms: number): string => new Date(ms).toUTCString();

describe('clockDifference', () => {
  test.each([
    ['the same second', NOW, NOW + 10, NOW + 20, 0],
    ['the end of the same second', NOW, NOW + 999, NOW + 1_000, 0],
    ['this machine is ahead', NOW, NOW + 9_000, NOW + 9_010, 8_000],
    ['this machine is behind', NOW, NOW - 9_000, NOW - 8_990, -8_990],
    ['an answer that took long tells little', NOW, NOW - 4_000, NOW + 4_000, 0],
  ])('%s', (_name, theirs, sentAt, receivedAt, expected) => {
    expect(clockDifference(header(theirs), sentAt, receivedAt)).toBe(expected);
  });

  test('a header that is no date says nothing', () => {
    expect(clockDifference('', NOW, NOW)).toBeUndefined();
    expect(clockDifference('yesterday', NOW, NOW)).toBeUndefined();
  });

  test('it never claims more than there is, however long the way was', () => {
    const offsets = fc.integer({ min: -60_000, max: 60_000 });
    const delays = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(offsets, delays, delays, (ahead, there, back) => {
        const sentAt = NOW + ahead;
        const found = clockDifference(header(NOW + there), sentAt, sentAt + there + back) ?? Number.NaN;
        expect(Math.abs(found)).toBeLessThanOrEqual(Math.abs(ahead));
        expect(found === 0 || Math.sign(found) === Math.sign(ahead)).toBe(true);
      }),
    );
  });
});

describe('judgeClock', () => {
  test.each([
    [0, 'ok'],
    [2_000, 'ok'],
    [2_001, 'warn'],
    [-5_000, 'warn'],
    [5_001, 'fail'],
    [-3_600_000, 'fail'],
    [undefined, 'warn'],
  ])('%s ms apart is %s', (difference, status) => {
    expect(judgeClock('clock', difference).status).toBe(status);
  });

  test('it says which way', () => {
    expect(judgeClock('clock', 7_000).found).toBe('this machine is at least 7.0 s ahead of the backend');
    expect(judgeClock('clock', -7_000).found).toBe('this machine is at least 7.0 s behind the backend');
  });
});
