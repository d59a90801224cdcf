import { join, resolve } from 'node:path';

/** Where one backend keeps what is its own: store, ready file, the servers' tokens. */
export interface Home {
  readonly folder: string;
  readonly databaseFile: string;
  readonly readyFile: string;
  readonly tokensFile: string;
  /** Private key that signs the log. */
  readonly logKeyFile: string;
  /** Copies of the log's checkpoints. */
  readonly checkpoints: string;
}

/** `--home`, else `DEPUTIES_HOME`, else `.deputies` in the current folder. */
export function homeOf(flag: string | undefined, env: NodeJS.ProcessEnv): Home {
  const folder = resolve(flag ?? env['DEPUTIES_HOME'] ?? '.deputies');
  return {
    folder,
    databaseFile: join(folder, 'deputies.sqlite'),
    readyFile: join(folder, 'ready.json'),
    tokensFile: join(folder, 'tokens.json'),
    logKeyFile: join(folder, 'log.key'),
    checkpoints: join(folder, 'checkpoints'),
  };
}

/** The store of a home: `DEPUTIES_DATABASE_URL` (PostgreSQL), else the file in it. */
export const databaseOf = (home: Home, env: NodeJS.ProcessEnv): string =>
  env['DEPUTIES_DATABASE_URL'] ?? home.databaseFile;

/** `DEPUTIES_LOG_KEY`, else the file in the home. */
export const logKeyFileOf = (home: Home, env: NodeJS.ProcessEnv): string => env['DEPUTIES_LOG_KEY'] ?? home.logKeyFile;

/** `DEPUTIES_ENVIRONMENT`, else development. */
export const environmentOf = (env: NodeJS.ProcessEnv): string => env['DEPUTIES_ENVIRONMENT'] ?? 'development';
