import { join } from 'node:path';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import { ROOT } from './build.ts';

export interface LaunchOptions {
  readonly backendUrl: string;
  /** By server. A server without one is left out. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly draftsFolder: string;
}

/** Node 24 leaves the network open and knows no flag for it; 25 and later close it. */
const networkFlags = (): string[] => (Number(process.versions.node.split('.')[0]) >= 25 ? ['--allow-net'] : []);

/** Node's SQLite opens files by itself, past the permission model: out with it, wherever it can be switched off. */
const storeFlags = (): string[] =>
  process.allowedNodeEnvironmentFlags.has('--no-experimental-sqlite') ? ['--no-experimental-sqlite'] : [];

/** The `mcpServers` block of a host: each server under Node's permission model, reading its own folder and its data. */
export function serverEntries(options: LaunchOptions): Record<string, ServerEntry> {
  const entries: Record<string, ServerEntry> = {};
  const token = options.tokens['blog-publisher'];
  if (token !== undefined) {
    const dist = join(ROOT, 'servers', 'blog-publisher', 'dist');
    entries['blog-publisher'] = {
      command: process.execPath,
      args: [
        '--permission',
        ...networkFlags(),
        ...storeFlags(),
        `--allow-fs-read=${dist}`,
        `--allow-fs-read=${options.draftsFolder}`,
        join(dist, 'main.js'),
      ],
      env: { DEPUTY_TOKEN: token, DEPUTY_BACKEND_URL: options.backendUrl, BLOG_DRAFTS_DIR: options.draftsFolder },
    };
  }
  return entries;
}
