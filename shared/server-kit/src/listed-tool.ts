import type { ToolAnnotations, Tool } from './define-tool.ts';
import { inputJsonSchema, outputJsonSchema, type JsonSchema } from './json-schema.ts';

/** What a host is shown of a tool. Plain JSON, so that a build can make it ahead of time. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
}

/** The list that hosts see of some tools, in their order. */
export const listTools = (tools: readonly Omit<Tool, 'invoke'>[]): ListedTool[] =>
  tools.map(({ name, title, description, kind, annotations, input, output }) => ({
    name,
    title,
    description,
    annotations,
    inputSchema: inputJsonSchema(input),
    outputSchema: outputJsonSchema(output, kind),
  }));
