import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './build.ts';

export const HELP = `npm start -- [options]    serve the reference backend and describe the MCP servers

  --port N            port of the agents' API (default 4180; 0 = any)
  --console-port N    port of what people see (default 4181; 0 = any)
  --home DIR          where the store, ready.json and tokens lie (default DEPUTIES_HOME, else .deputies in this workspace)
  --drafts DIR        the blog's drafts folder, made with one example where there is none (default <home>/drafts)
  --policy FILE       policy that a new store begins with (default: the shipped one of the environment);
                      in development a changed file is active at once
  --fixtures DIR      what an empty store begins with (default: the shipped ones; "none" = nothing)
  --accept-restored WHO  sign a log that does not go on from the checkpoints outside, because the store was restored;
                      WHO says so, in an entry (docs/backup.md)
  --print-config      also print the servers' block for a host's configuration, with their tokens
  --help              this text

Paths are taken from the folder that you stand in.

environment
  DEPUTIES_ENVIRONMENT   development (default), staging, production
  DEPUTIES_DATABASE_URL  postgres://… instead of the embedded store
  DEPUTIES_DATABASE_POOL connections to PostgreSQL that calls share (default 10; two more stand beside them)
  DEPUTIES_END_SECONDS   seconds for which calls are still taken at the end, while /health says so (default 5;
                         in development 0)
  DEPUTIES_PUBLIC_ORIGIN https://… of the console, behind a proxy that ends TLS; passkeys belong to its name
  DEPUTIES_PUBLIC_URL    https://… of the agents' API, behind such a proxy; servers sign this address
  DEPUTIES_LOG_KEY       file with the key that signs the audit log (default <home>/log.key, made at the first start;
                         replicas of one database share it)
  DEPUTIES_LOG_CHECKPOINTS  folder for copies of its checkpoints (default <home>/checkpoints); better on another machine
  DEPUTIES_AUDIT_PAYLOAD_DAYS  days after which what stands beside audit entries (redacted arguments, results) is erased
                         (default: it is kept; entries themselves always are)
  DEPUTIES_PEOPLE        folder of people's encrypted keys (default: the user's configuration directory);
                         staging and production take passkeys only, and do not start beside a key
  DEPUTIES_PASSPHRASE    development only: their passphrase, where nobody can type it
`;

export interface Flags {
  readonly port: number;
  readonly consolePort: number;
  readonly home: string | undefined;
  readonly drafts: string | undefined;
  readonly policy: string | undefined;
  /** A folder, or "none". */
  readonly fixtures: string;
  readonly printConfig: boolean;
  /** Who accepts that the store was restored. */
  readonly acceptRestored: string | undefined;
}

const portOf = (text: string, flag: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${flag} takes a port number from 0 to 65535.`);
};

const OPTIONS = {
  port: { type: 'string', default: '4180' },
  'console-port': { type: 'string', default: '4181' },
  home: { type: 'string' },
  drafts: { type: 'string' },
  policy: { type: 'string' },
  fixtures: { type: 'string', default: join(ROOT, 'backend-mock', 'fixtures') },
  'accept-restored': { type: 'string' },
  'print-config': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Error(`${what}. "npm start -- --help" shows what there is.`, { cause: error });
  }
}

/** @returns undefined where help was asked for. @throws Error in words for a flag that is not accepted. */
export function readFlags(args: readonly string[]): Flags | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  return {
    port: portOf(values.port, '--port'),
    consolePort: portOf(values['console-port'], '--console-port'),
    home: values.home,
    drafts: values.drafts,
    policy: values.policy,
    fixtures: values.fixtures,
    printConfig: values['print-config'],
    acceptRestored: values['accept-restored'],
  };
}

async function require(flag: string, path: string, kind: 'file' | 'folder', mayBeNew = false): Promise<void> {
  const found = await stat(resolve(path)).catch(() => undefined);
  if (!found && mayBeNew) return;
  if (!found) throw new Error(`${flag} ${path}: there is no such ${kind}.`);
  if (kind === 'folder' ? found.isDirectory() : found.isFile()) return;
  throw new Error(`${flag} ${path} is not a ${kind}.`);
}

/** What a flag names has to fit before anything is built. @throws Error in words. */
export async function requirePaths({ home, drafts, policy, fixtures }: Flags): Promise<void> {
  if (home !== undefined) await require('--home', home, 'folder', true);
  if (drafts !== undefined) await require('--drafts', drafts, 'folder', true);
  if (policy !== undefined) await require('--policy', policy, 'file');
  if (fixtures !== 'none') await require('--fixtures', fixtures, 'folder');
}
