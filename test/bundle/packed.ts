import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { spawn } from 'node:child_process';
import { getMcpConfigForManifest } from '@anthropic-ai/mcpb/browser';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { formatToken } from '@narrow-deputies/signing';
import type { Manifest } from '../../scripts/bundle-manifest.ts';
import { settingsOf } from '../../scripts/bundle-servers.ts';
import { NODE, watch, type Finished } from '../support/processes.ts';

/** Nothing listens there. */
export const AWAY = 'http://127.0.0.1:9';

/** A folder outside the workspace, by its real path: launch flags and programs have to mean the same one. */
export const outsideFolder = async (): Promise<string> =>
  realpath(await mkdtemp(join(tmpdir(), 'deputies-installed-')));

export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Relative paths of all files below a folder, with slashes. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
}

/** The format's own tool. */
export async function mcpb(...args: string[]): Promise<Finished> {
  const tool = join(dirname(createRequire(import.meta.url).resolve('@anthropic-ai/mcpb')), 'cli', 'cli.js');
  return watch(spawn(NODE, [tool, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })).ended;
}

export const readManifest = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;

export const tokenOf = (server: string): string =>
  formatToken({ environment: 'development', clientId: server, seed: new Uint8Array(32).fill(7) });

/** What a person enters into a host's form, by setting. @param drafts for a setting that asks for a folder. */
export const entered = (server: string, drafts: string): Record<string, string> =>
  Object.fromEntries(
    settingsOf(server).map(({ key, type, sensitive }) => [
      key,
      type === 'directory' ? drafts : sensitive ? tokenOf(server) : AWAY,
    ]),
  );

/** How a host would start an unpacked bundle, resolved by the code that hosts use; `node` is the one that runs this. */
export async function launchOf(
  folder: string,
  manifest: Manifest,
  userConfig: Record<string, string>,
): Promise<ServerEntry> {
  const config = await getMcpConfigForManifest({
    manifest: manifest as unknown as Parameters<typeof getMcpConfigForManifest>[0]['manifest'],
    extensionPath: folder,
    systemDirs: {},
    userConfig,
    pathSeparator: sep,
  });
  if (!config) throw new Error('A host would not start it: a required setting is missing.');
  return { command: config.command === 'node' ? NODE : config.command, args: config.args ?? [], env: config.env ?? {} };
}

export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly annotations: Readonly<Record<string, boolean>>;
  readonly inputSchema: JsonObject;
}

/** The tools of a server by its sources. */
export async function sourceTools(server: string): Promise<readonly ListedTool[]> {
  const module = (await import(`../../servers/${server}/src/tool-list.ts`)) as { TOOL_LIST: readonly ListedTool[] };
  return module.TOOL_LIST;
}

/** A call of the first tool that only reads, with what its schema requires and no more. */
export async function readingCall(server: string): Promise<{ name: string; args: JsonObject }> {
  const tool = (await sourceTools(server)).find(({ annotations }) => annotations['readOnlyHint'] === true);
  if (!tool) throw new Error(`${server} has no tool that only reads.`);
  const properties = (tool.inputSchema['properties'] ?? {}) as Record<string, JsonObject>;
  const required = (tool.inputSchema['required'] ?? []) as string[];
  return { name: tool.name, args: Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {})])) };
}

function sample(schema: JsonObject): JsonObject[string] {
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  if (schema['type'] === 'integer' || schema['type'] === 'number') return Number(schema['minimum'] ?? 1);
  if (schema['type'] === 'string') return 'a'.repeat(Math.max(1, Number(schema['minLength'] ?? 1)));
  throw new Error(`There is no sample for ${JSON.stringify(schema)}.`);
}
