import { expect, test } from '@jest/globals';
import { rfc3339 } from '../../src/common/clock.ts';

test('times are written as RFC 3339 in UTC with milliseconds', () => {
  expect(rfc3339(1_790_000_000_007)).toBe('2026-09-21T14:13:20.007Z');
});
