export type { Call, CallOrigin } from './call.ts';
export { defineTool, type Tool, type ToolAnnotations, type ToolDefinition } from './define-tool.ts';
export type { JsonSchema } from './json-schema.ts';
export { listTools, type ListedTool } from './listed-tool.ts';
export { Refusal, refuse, type RefusalOrigin } from './refusal.ts';
export { serve, type ServeOptions } from './serve.ts';
export { createToolService, type ToolService } from './tool-service.ts';
export { runTool, type ObservedRefusal, type Observers, type Outcome } from './wall.ts';
