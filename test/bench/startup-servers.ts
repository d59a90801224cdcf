import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { formatToken, generateSeed } from '@narrow-deputies/signing';
import { serverEntries } from '../../scripts/server-entries.ts';

/** Our servers, as hosts start them. */
export const OWN_SERVERS = ['blog-publisher', 'crm-reader', 'ticket-handler'] as const;
export type OwnServer = (typeof OWN_SERVERS)[number];
export type ServerName = OwnServer | 'bare' | 'server-memory';

/** One program that is measured, and a call that it answers by itself. */
export interface MeasuredServer {
  readonly name: ServerName;
  readonly entry: ServerEntry;
  readonly call: { readonly name: string; readonly arguments: JsonObject };
}

/** The discard port: nothing answers there. */
const UNREACHABLE = 'http://127.0.0.1:9';

/** Calls that the wall refuses. */
const OWN_CALLS: Readonly<Record<OwnServer, MeasuredServer['call']>> = {
  'blog-publisher': { name: 'plan_publish_draft', arguments: { filename: 'x' } },
  'crm-reader': { name: 'search_customers', arguments: { query: 'x' } },
  'ticket-handler': { name: 'get_ticket', arguments: { ticketId: '' } },
};

/** @param folder - temporary and real (free of links); holds what the servers read and write. */
export function measuredServers(folder: string): readonly MeasuredServer[] {
  return [
    ...OWN_SERVERS.map((name) => ({ name, entry: ownServer(name, folder), call: OWN_CALLS[name] })),
    {
      name: 'bare',
      entry: { command: process.execPath, args: [join(import.meta.dirname, 'bare-server.cjs')], env: {} },
      call: { name: 'get_note', arguments: { name: 'x' } },
    },
    { name: 'server-memory', entry: serverMemory(folder), call: { name: 'read_graph', arguments: {} } },
  ];
}

/** As a host launches it from the ready file, with a token that nobody knows. */
function ownServer(name: OwnServer, draftsFolder: string): ServerEntry {
  const token = formatToken({ environment: 'development', clientId: name, seed: generateSeed() });
  const entry = serverEntries({ backendUrl: UNREACHABLE, tokens: { [name]: token }, draftsFolder })[name];
  if (entry === undefined) throw new Error(`There is no launch of ${name}.`);
  return entry;
}

/** A widely used server, started by the file that its package names. */
function serverMemory(folder: string): ServerEntry {
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-memory/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  const args = [join(dirname(manifest), bin['mcp-server-memory'] ?? '')];
  return { command: process.execPath, args, env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') } };
}
