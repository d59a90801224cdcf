import type { ToolSchemas } from '@narrow-deputies/server-kit';

/** JSON Schemas of the tools. The bundle has them ready (build.ts); without one they are made when a host asks. */
export const TOOL_SCHEMAS: ToolSchemas | undefined = undefined;
