import { EventEmitter, once } from 'node:events';
import { Client as CurrentClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentTransport } from '@modelcontextprotocol/client/stdio';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';

const answerSchema = z.object({
  isError: z.boolean().default(false),
  structuredContent: z.record(z.string(), z.unknown()).default({}),
  content: z.array(z.object({ type: z.string(), text: z.string() })),
});
export type Answer = z.infer<typeof answerSchema>;

const listed = z.array(z.looseObject({ name: z.string(), inputSchema: z.unknown(), outputSchema: z.unknown() }));

export interface Host {
  readonly tools: z.infer<typeof listed>;
  call(name: string, args?: Record<string, unknown>, meta?: Record<string, unknown>): Promise<Answer>;
  /** URLs that the server offered through elicitation. */
  readonly offers: string[];
  /** All of stderr so far. */
  stderr(): string;
  /** Resolves once stderr has held a text. */
  written(text: string): Promise<void>;
  close(): Promise<void>;
}

export type HostKind = 'sdk 1.x, 2025-11-25' | 'client 2.x, 2025-11-25' | 'client 2.x, 2026-07-28';
export const HOST_KINDS: readonly HostKind[] = [
  'sdk 1.x, 2025-11-25',
  'client 2.x, 2025-11-25',
  'client 2.x, 2026-07-28',
];

const INFO = { name: 'test-host', version: '0.0.1' };

/** Starts a server as hosts do and lists its tools, so that the client checks every later result against its schema. */
export async function connect(
  kind: HostKind,
  args: readonly string[],
  options: { links?: boolean } = {},
): Promise<Host> {
  const capabilities = options.links === true ? { elicitation: { url: {} } } : {};
  const server = { command: process.execPath, args: [...args], stderr: 'pipe' as const };
  const offers: string[] = [];
  let errors = '';
  const news = new EventEmitter();
  const listen = (stream: { on(event: 'data', listener: (chunk: unknown) => void): unknown } | null): void => {
    stream?.on('data', (chunk) => {
      errors += String(chunk);
      news.emit('more');
    });
  };
  const written = async (text: string): Promise<void> => {
    while (!errors.includes(text)) await once(news, 'more');
  };

  if (kind === 'sdk 1.x, 2025-11-25') {
    const client = new EarlierClient(INFO, { capabilities });
    if (options.links === true) {
      // The person never answers.
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        if (params.mode === 'url') offers.push(params.url);
        return new Promise(() => undefined);
      });
    }
    const transport = new EarlierTransport(server);
    listen(transport.stderr);
    await client.connect(transport);
    const { tools } = await client.listTools();
    return {
      tools: listed.parse(tools),
      offers,
      stderr: () => errors,
      written,
      close: () => client.close(),
      call: async (name, given, _meta) =>
        answerSchema.parse(
          await client.callTool({ name, ...(given && { arguments: given }), ...(_meta && { _meta }) }),
        ),
    };
  }

  const pin = kind === 'client 2.x, 2026-07-28' ? { pin: '2026-07-28' } : 'legacy';
  const client = new CurrentClient(INFO, { capabilities, versionNegotiation: { mode: pin } });
  if (options.links === true) {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      if (params.mode === 'url') offers.push(params.url);
      return new Promise(() => undefined);
    });
  }
  const transport = new CurrentTransport(server);
  listen(transport.stderr);
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    tools: listed.parse(tools),
    offers,
    stderr: () => errors,
    written,
    close: () => client.close(),
    call: async (name, given, _meta) =>
      answerSchema.parse(await client.callTool({ name, ...(given && { arguments: given }), ...(_meta && { _meta }) })),
  };
}
