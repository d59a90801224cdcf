import { describe, expect, test } from '@jest/globals';
import { exitStatus, judge } from './bounds.ts';
import { mean, median, percentile } from './statistics.ts';

describe('what a measurement ends with', () => {
  test('a bound that is reached is kept, one that is passed is not, and nothing is said of what was not measured', () => {
    expect([4, 4.01, null].map((value) => judge('CPU', value, 4, ' x').state)).toEqual(['ok', 'over', 'not measured']);
  });

  test('a hard bound that is passed always fails, another one only where it is asked for', () => {
    const [soft, hard] = [judge('CPU', 5, 4, ' x'), judge('processes', 2, 1, '', true)];
    expect(exitStatus([soft], false)).toBe(0);
    expect(exitStatus([soft], true)).toBe(1);
    expect(exitStatus([hard], false)).toBe(1);
    expect(exitStatus([judge('CPU', null, 4, ' x')], true)).toBe(0);
  });
});

test('percentiles are of the nearest rank, the median of an even count lies between two', () => {
  const values = [5, 1, 4, 2, 3, 6];
  expect(percentile(values, 0.5)).toBe(3);
  expect(percentile(values, 0.99)).toBe(6);
  expect(percentile([7], 0.01)).toBe(7);
  expect(median(values)).toBe(3.5);
  expect(median([9, 1, 2])).toBe(2);
  expect(mean(values)).toBe(3.5);
  for (const middle of [mean, median]) expect(() => middle([])).toThrow(RangeError);
});
