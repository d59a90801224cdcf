import { createToolService, type ToolService } from '@narrow-deputies/server-kit';
import { createBackend } from './backend.ts';
import type { Config } from './config.ts';
import { createRefusalReports } from './refusal-reports.ts';
import { createTools } from './tools/index.ts';

/** What answers calls: the backend's client, the tools, and the reports of what they refuse. */
export function createService(config: Config): ToolService {
  const backend = createBackend(config);
  return createToolService(createTools(backend), createRefusalReports(backend));
}
