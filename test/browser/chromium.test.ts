import { expect, test } from '@jest/globals';
import { BROWSER_REQUIRED, CHROMIUM, NO_BROWSER } from '../support/chromium.ts';

test('there is a browser to test with, or it is said loudly that there is none', () => {
  if (CHROMIUM === undefined) process.stderr.write(NO_BROWSER);
  expect(CHROMIUM !== undefined || !BROWSER_REQUIRED).toBe(true);
});
