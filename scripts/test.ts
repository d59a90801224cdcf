import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { buildStale, ROOT } from './build.ts';

/** `npm test`: builds what the end-to-end tests start, then runs every test. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  await buildStale();
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...args],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
