import { join } from 'node:path';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import { ROOT } from './build.ts';

export interface LaunchOptions {
  readonly backendUrl: string;
  /** By server. A server without one is left out. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly draftsFolder: string;
}

/** What a server needs beyond token and backend. */
interface Needs {
  /** Folders that it reads besides its own. */
  readonly reads: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Every server, in the order of the ready file. */
const SERVERS: Readonly<Record<string, (options: LaunchOptions) => Needs>> = {
  'blog-publisher': ({ draftsFolder }) => ({ reads: [draftsFolder], env: { BLOG_DRAFTS_DIR: draftsFolder } }),
  'crm-reader': () => ({ reads: [], env: {} }),
  'ticket-handler': () => ({ reads: [], env: {} }),
};

/** Node 24 leaves the network open and knows no flag for it; 25 and later close it. */
const networkFlags = (): string[] => (Number(process.versions.node.split('.')[0]) >= 25 ? ['--allow-net'] : []);

/** Node's SQLite opens files by itself, past the permission model: out with it, wherever it can be switched off. */
const storeFlags = (): string[] =>
  process.allowedNodeEnvironmentFlags.has('--no-experimental-sqlite') ? ['--no-experimental-sqlite'] : [];

/** The `mcpServers` block of a host: each server under Node's permission model, reading its own folder and its data. */
export function serverEntries(options: LaunchOptions): Record<string, ServerEntry> {
  const entries: Record<string, ServerEntry> = {};
  for (const [server, needsOf] of Object.entries(SERVERS)) {
    const token = options.tokens[server];
    if (token === undefined) continue;
    const { reads, env } = needsOf(options);
    const dist = join(ROOT, 'servers', server, 'dist');
    entries[server] = {
      command: process.execPath,
      args: [
        '--permission',
        ...networkFlags(),
        ...storeFlags(),
        ...[dist, ...reads].map((folder) => `--allow-fs-read=${folder}`),
        join(dist, 'main.js'),
      ],
      env: { DEPUTY_TOKEN: token, DEPUTY_BACKEND_URL: options.backendUrl, ...env },
    };
  }
  return entries;
}
