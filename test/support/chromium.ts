import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function findChromium(): string | undefined {
  const named = process.env['CHROME_PATH'];
  // A path that somebody gave is that one or none: another browser than the one that was meant proves little.
  if (named !== undefined && named !== '') return isProgram(named) ? named : undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  return candidates.find((path) => isProgram(path));
}

/** Path of the browser that the tests drive: `CHROME_PATH`, else what lies in the usual places. */
export const CHROMIUM = findChromium();

/** Whether a run without a browser fails: it does where everything has to be proved. */
export const BROWSER_REQUIRED = (process.env['CI'] ?? '') !== '';

export const NO_BROWSER = `
${'='.repeat(78)}
  THE TESTS IN A REAL BROWSER DID NOT RUN: there is no Chromium.

  What people see and approve with was not tried. Install one, or name one:
    apt-get install chromium
    CHROME_PATH=/path/to/chromium npm test
${'='.repeat(78)}
`;

/** `describe` for tests that drive a browser; without one they are skipped, and said to be by `chromium.test.ts`. */
export const inBrowser: typeof describe.skip = CHROMIUM !== undefined || BROWSER_REQUIRED ? describe : describe.skip;
