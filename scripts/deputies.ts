import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildStale, ROOT } from './build.ts';
import { environmentOfScripts } from './workspace-home.ts';

/** `npm run deputies`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  // After "npm start" everything is built; a command has to answer at once.
  if (!existsSync(join(ROOT, 'backend-mock', 'dist', 'index.js'))) await buildStale();
  const { runCli } = await import('@narrow-deputies/backend-mock/cli');
  return runCli(args, environmentOfScripts());
}
