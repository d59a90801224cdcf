/**
 * Names of the GenAI and MCP semantic conventions (OpenTelemetry, "Semantic conventions for Model Context Protocol", in
 * development, as of November 2026). They move, so they are kept here and not taken from the package of the stable ones.
 */
export const MCP_METHOD_NAME = 'mcp.method.name';
export const MCP_PROTOCOL_VERSION = 'mcp.protocol.version';
export const JSONRPC_REQUEST_ID = 'jsonrpc.request.id';
export const GEN_AI_TOOL_NAME = 'gen_ai.tool.name';
export const GEN_AI_OPERATION_NAME = 'gen_ai.operation.name';
export const EXECUTE_TOOL = 'execute_tool';
export const TOOLS_CALL = 'tools/call';
/** `error.type` of a result with `isError`. */
export const TOOL_ERROR = 'tool_error';

export const MCP_SERVER_OPERATION_DURATION = 'mcp.server.operation.duration';
/** Seconds. */
export const MCP_DURATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
