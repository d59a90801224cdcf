import { join } from 'node:path';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import { serverEntries } from '../../scripts/server-entries.ts';

export interface Launch {
  readonly backendUrl: string;
  readonly token: string;
  /** By its real path. */
  readonly drafts: string;
  /** How far the process's clock is ahead, in milliseconds. */
  readonly aheadMs?: number;
  /** Controls that are taken away; see server-preload.cjs. */
  readonly faults?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const PRELOAD = join(import.meta.dirname, 'server-preload.cjs');

/** The blog-publisher as the ready file describes it; with a clock or a fault of the test's making where it asks for one. */
export function blogPublisher(launch: Launch): ServerEntry {
  const { backendUrl, token, drafts, aheadMs, faults, env } = launch;
  const entry = serverEntries({ backendUrl, tokens: { 'blog-publisher': token }, draftsFolder: drafts })[
    'blog-publisher'
  ];
  if (!entry) throw new Error('There is no blog-publisher.');
  const merged = { ...entry, env: { ...entry.env, ...env } };
  if (aheadMs === undefined && faults === undefined) return merged;
  return withPreload(merged, {
    ...(aheadMs !== undefined && { DEPUTIES_TEST_AHEAD_MS: String(aheadMs) }),
    ...(faults && { DEPUTIES_TEST_FAULTS: faults.join(',') }),
  });
}

/** A server's entry with what the test preloads into its process. */
export function withPreload(entry: ServerEntry, env: Readonly<Record<string, string>>): ServerEntry {
  const args = [
    ...entry.args.slice(0, -1),
    `--allow-fs-read=${PRELOAD}`,
    '--require',
    PRELOAD,
    ...entry.args.slice(-1),
  ];
  return { ...entry, args, env: { ...entry.env, ...env } };
}
