import { Client as CurrentClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentTransport } from '@modelcontextprotocol/client/stdio';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as z from 'zod';

const answer = z.object({ isError: z.boolean().default(false), structuredContent: z.record(z.string(), z.unknown()) });
export type Answer = z.infer<typeof answer>;

/** A host that has listed a server's tools, so that it checks every later answer against its schema. */
export interface Session {
  readonly tools: readonly object[];
  call(name: string, args: Record<string, unknown>, meta?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

export const INFO = { name: 'test', version: '1' };

type Connect = (args: string[], env: Record<string, string>) => Promise<Session>;

/** The clients that hosts are made of today, by what they speak. */
export const HOSTS: Readonly<Record<'sdk 1.x, 2025-11-25' | 'client 2.x, 2026-07-28', Connect>> = {
  'sdk 1.x, 2025-11-25': async (args, env) => {
    const client = new EarlierClient(INFO);
    await client.connect(new EarlierTransport({ command: process.execPath, args, env, stderr: 'pipe' }));
    const { tools } = await client.listTools();
    const call: Session['call'] = async (name, given, meta = {}) =>
      answer.parse(await client.callTool({ name, arguments: given, _meta: meta }));
    return { tools, call, close: () => client.close() };
  },
  'client 2.x, 2026-07-28': async (args, env) => {
    const client = new CurrentClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new CurrentTransport({ command: process.execPath, args, env, stderr: 'pipe' }));
    const { tools } = await client.listTools();
    const call: Session['call'] = async (name, given, meta = {}) =>
      answer.parse(await client.callTool({ name, arguments: given, _meta: meta }));
    return { tools, call, close: () => client.close() };
  },
};
