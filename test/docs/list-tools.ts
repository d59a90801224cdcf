import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';

/** One tool as a host sees it. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly input: JsonObject;
  readonly hints: Readonly<Record<string, unknown>>;
}

/** Starts a server as a host does and asks for its tools, in the server's order. */
export async function listTools(entry: ServerEntry): Promise<ListedTool[]> {
  const client = new Client({ name: 'documentation', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ ...entry, stderr: 'ignore' }));
  try {
    const { tools } = await client.listTools();
    return tools.map(({ name, title, description, inputSchema, annotations }) => ({
      name,
      title: title ?? '',
      description: description ?? '',
      input: inputSchema as JsonObject,
      hints: { ...annotations },
    }));
  } finally {
    await client.close();
  }
}
