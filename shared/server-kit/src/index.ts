export type { Call } from './call.ts';
export { defineTool, type Tool, type ToolAnnotations, type ToolDefinition } from './define-tool.ts';
export { toolSchemas, type JsonSchema, type ToolSchemas } from './json-schema.ts';
export { Refusal, refuse, type RefusalOrigin } from './refusal.ts';
export { serve, type ServeOptions } from './serve.ts';
export { runTool, type ObservedRefusal, type Observers, type Outcome } from './wall.ts';
