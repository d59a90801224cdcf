import { Client as CurrentClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentTransport } from '@modelcontextprotocol/client/stdio';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';

/** The protocol revisions that hosts speak today. */
export type Era = '2025-11-25' | '2026-07-28';
export const ERAS: readonly Era[] = ['2025-11-25', '2026-07-28'];

export interface ToolResult {
  readonly isError: boolean;
  readonly data: JsonObject;
}

/** One host's connection to one server. */
export interface McpSession {
  readonly pid: number | null;
  toolNames(): Promise<string[]>;
  /** @throws Error when text and structured content differ: hosts show one or the other. */
  call(name: string, args: JsonObject, meta?: JsonObject): Promise<ToolResult>;
  close(): Promise<void>;
}

const HOST = { name: 'test-host', version: '1.0.0' };

export function connect(entry: ServerEntry, era: Era): Promise<McpSession> {
  return era === '2025-11-25' ? connectEarlier(entry) : connectCurrent(entry);
}

async function connectEarlier(entry: ServerEntry): Promise<McpSession> {
  const transport = new EarlierTransport({ ...entry, stderr: 'ignore' });
  const client = new EarlierClient(HOST);
  await client.connect(transport);
  return {
    pid: transport.pid,
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args, meta = {}) => read(await client.callTool({ name, arguments: args, _meta: meta })),
    close: () => client.close(),
  };
}

async function connectCurrent(entry: ServerEntry): Promise<McpSession> {
  const transport = new CurrentTransport({ ...entry, stderr: 'ignore' });
  const client = new CurrentClient(HOST, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(transport);
  return {
    pid: transport.pid,
    toolNames: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (name, args, meta = {}) => read(await client.callTool({ name, arguments: args, _meta: meta })),
    close: () => client.close(),
  };
}

function read(result: object): ToolResult {
  const { structuredContent, content, isError } = result as {
    structuredContent?: JsonObject;
    content?: { type: string; text?: string }[];
    isError?: boolean;
  };
  const text = content?.[0]?.text ?? 'null';
  if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(structuredContent)) {
    throw new Error('The text and the structured content of a result differ.');
  }
  return { isError: isError ?? false, data: structuredContent ?? {} };
}
