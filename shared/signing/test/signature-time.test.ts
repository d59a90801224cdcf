import { describe, expect, test } from '@jest/globals';
import { signatureTimeFault, type TimeFault } from '../src/index.ts';
import { parameters } from './support/request.ts';

const T = 1_790_000_000;
const at = (created: number, expires: number, now: number): TimeFault | undefined =>
  signatureTimeFault({ ...parameters, created, expires }, now);

describe('signature times', () => {
  test.each([
    ['when it is made', T, T + 30, T, undefined],
    ['over the longest window, 60 s', T, T + 60, T, undefined],
    ['over the shortest window, 1 s', T, T + 1, T, undefined],
    ['from a clock 5 s ahead', T + 5, T + 35, T, undefined],
    ['5 s after it expires', T, T + 30, T + 35, undefined],
    ['6 s after it expires', T, T + 30, T + 36, 'expired'],
    ['a fraction past the tolerance', T, T + 30, T + 35.001, 'expired'],
    ['from a clock 6 s ahead', T + 6, T + 36, T, 'invalid'],
    ['when it expires as it is made', T, T, T, 'invalid'],
    ['when it expires before it is made', T, T - 1, T, 'invalid'],
    ['over a window of 61 s', T, T + 61, T, 'invalid'],
    ['over a window of 61 s, long past', T, T + 61, T + 1000, 'invalid'],
    ['when the time is unknown', T, T + 30, Number.NaN, 'invalid'],
    ['when a parameter is not a number', Number.NaN, T, T, 'invalid'],
  ])('%s', (_, created, expires, now, fault) => {
    expect(at(created, expires, now)).toBe(fault);
  });
});
