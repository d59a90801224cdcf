import { listTools, type ListedTool } from '@narrow-deputies/server-kit';
import type { Backend } from './backend.ts';
import { createTools } from './tools/index.ts';

/** To list the tools calls nobody. */
const NOBODY = {} as Backend;

/** What hosts are shown of the tools. The bundle has it ready (build.ts), so that listing them takes no schema library. */
export const TOOL_LIST: readonly ListedTool[] = listTools(createTools(NOBODY));
