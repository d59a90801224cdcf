import { join, resolve } from 'node:path';
import { ROOT } from './build.ts';

const DEFAULT = join(ROOT, '.deputies');

/** The environment of this process, with the home that everything in this workspace uses where none is named. */
export const environmentOfScripts = (): NodeJS.ProcessEnv => ({
  ...process.env,
  DEPUTIES_HOME: process.env['DEPUTIES_HOME'] || DEFAULT,
});

/** The home as another terminal has to name it; undefined for the one that commands find by themselves. */
export const namedHome = (folder: string): string | undefined => (resolve(folder) === DEFAULT ? undefined : folder);
