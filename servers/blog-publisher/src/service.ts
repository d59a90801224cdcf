import { createToolService, type ToolService } from '@narrow-deputies/server-kit';
import { createBackend } from './backend.ts';
import type { Config } from './config.ts';
import { createRefusalReports } from './refusal-reports.ts';
import { createTools } from './tools/index.ts';

/** What answers calls: the backend's client, the tools, and the reports of what they refuse. */
export function createService({ draftsRoot, ...connection }: Config): ToolService {
  const backend = createBackend(connection);
  return createToolService(createTools(draftsRoot, backend), createRefusalReports(backend));
}
