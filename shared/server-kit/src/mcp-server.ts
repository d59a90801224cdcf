import { McpServer, type ServerContext, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Call } from './call.ts';
import type { Tool } from './define-tool.ts';
import { createOffers } from './elicitation.ts';
import type { InFlight } from './in-flight.ts';
import { inputJsonSchema, outputJsonSchema, type JsonSchema, type ToolSchemas } from './json-schema.ts';
import { traceparentFrom } from './traceparent.ts';
import { runTool, type Observers } from './wall.ts';

export interface McpServerParts extends Observers {
  readonly name: string;
  readonly version: string;
  readonly instructions: string | undefined;
  readonly tools: readonly Tool[];
  readonly schemas: ToolSchemas | undefined;
  readonly inFlight: InFlight;
}

/** The list of tools cannot change while a process lives. */
const LIST_LIFETIME = 3_600_000;
const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo';
const CLIENT = z.object({ name: z.string(), version: z.string() });

/**
 * An MCP server for one connection.
 *
 * @throws TypeError where two tools share a name.
 */
export function createMcpServer(parts: McpServerParts): McpServer {
  const { name, version, instructions, tools, schemas, inFlight } = parts;
  const server = new McpServer(
    { name, version },
    {
      capabilities: { tools: { listChanged: false } },
      cacheHints: { 'tools/list': { ttlMs: LIST_LIFETIME, cacheScope: 'public' } },
      // Nothing here asks a person to fill in a form, so the validator that the SDK would construct is never used.
      jsonSchemaValidator: { getValidator: unused },
      ...(instructions === undefined ? {} : { instructions }),
    },
  );
  const offer = createOffers(server);
  for (const tool of tools) {
    const { title, description, annotations } = tool;
    const inputSchema = shown(() => schemas?.[tool.name]?.input ?? inputJsonSchema(tool.input));
    const outputSchema = shown(() => schemas?.[tool.name]?.output ?? outputJsonSchema(tool.output, tool.kind));
    const config = { title, description, annotations: { ...annotations }, inputSchema, outputSchema };
    server.registerTool(tool.name, config, async (args: unknown, context: ServerContext) => {
      const { result, pending } = await inFlight.add(runTool(tool, args, callOf(server, context), parts));
      if (pending !== undefined) offer(pending);
      return result;
    });
  }
  return server;
}

/**
 * A Standard Schema that shows a JSON Schema and lets every value through: the SDK's own check would answer in prose,
 * without a code, so the wall parses instead.
 */
function shown(json: () => JsonSchema): StandardSchemaWithJSON {
  let made: JsonSchema | undefined;
  const once = (): JsonSchema => (made ??= json());
  return {
    '~standard': {
      version: 1,
      vendor: 'narrow-deputies',
      validate: (value) => ({ value }),
      jsonSchema: { input: once, output: once },
    },
  };
}

/** In the 2026-07-28 era every request names its client, before that only the handshake did. */
function callOf(server: McpServer, { mcpReq }: ServerContext): Call {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return {
    traceparent: traceparentFrom(mcpReq._meta?.['traceparent']),
    client: CLIENT.safeParse(envelope[CLIENT_INFO] ?? server.server.getClientVersion()).data,
    protocolVersion: server.server.getNegotiatedProtocolVersion(),
    signal: mcpReq.signal,
  };
}

function unused(): never {
  throw new Error('This server never validates a form.');
}
