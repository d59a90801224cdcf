import { McpServer, type ServerContext, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { CallOrigin } from './call.ts';
import { createOffers } from './elicitation.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ListedTool } from './listed-tool.ts';
import type { Outcome } from './wall.ts';

export interface McpServerParts {
  readonly name: string;
  readonly version: string;
  readonly instructions: string | undefined;
  readonly list: readonly ListedTool[];
  readonly run: (tool: string, args: unknown, origin: CallOrigin) => Promise<Outcome>;
}

/** The list of tools cannot change while a process lives. */
const LIST_LIFETIME = 3_600_000;
const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo';

/**
 * An MCP server for one connection.
 *
 * @throws Error where two tools share a name.
 */
export function createMcpServer({ name, version, instructions, list, run }: McpServerParts): McpServer {
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
  for (const { name: tool, title, description, annotations, inputSchema, outputSchema } of list) {
    const shownAs = { title, description, annotations: { ...annotations } };
    const schemas = { inputSchema: shown(inputSchema), outputSchema: shown(outputSchema) };
    server.registerTool(tool, { ...shownAs, ...schemas }, async (args: unknown, context: ServerContext) => {
      const { result, pending } = await run(tool, args, originOf(server, context));
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
const shown = (schema: JsonSchema): StandardSchemaWithJSON => ({
  '~standard': {
    version: 1,
    vendor: 'narrow-deputies',
    validate: (value) => ({ value }),
    jsonSchema: { input: () => schema, output: () => schema },
  },
});

/** In the 2026-07-28 era every request names its client, before that only the handshake did. */
function originOf(server: McpServer, { mcpReq }: ServerContext): CallOrigin {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return {
    traceparent: mcpReq._meta?.['traceparent'],
    tracestate: mcpReq._meta?.['tracestate'],
    client: envelope[CLIENT_INFO] ?? server.server.getClientVersion(),
    protocolVersion: server.server.getNegotiatedProtocolVersion(),
    signal: mcpReq.signal,
    requestId: mcpReq.id,
  };
}

function unused(): never {
  throw new Error('This server never validates a form.');
}
