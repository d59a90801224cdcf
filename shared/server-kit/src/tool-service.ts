import * as z from 'zod';
import { callFrom, type CallOrigin } from './call.ts';
import type { Tool } from './define-tool.ts';
import { runTool, type ObservedRefusal, type Observers, type Outcome } from './wall.ts';

/** Whatever answers calls. It is loaded with the first one; to list the tools takes none of it. */
export interface ToolService {
  /** Rejects only where there is no such tool (TypeError): whatever a tool does has an outcome. */
  readonly run: (tool: string, args: unknown, origin: CallOrigin, observers: Observers) => Promise<Outcome>;
  /** Told what the wall refused by itself. Its promise is waited for only when the process ends, and not for long. */
  readonly onRefusal?: ((refusal: ObservedRefusal) => Promise<void>) | undefined;
}

/** Serves calls of these tools. */
export function createToolService(tools: readonly Tool[], rest: Pick<ToolService, 'onRefusal'> = {}): ToolService {
  // zod would compile a parser of its own for each schema that a call goes through, out of text.
  z.config({ jitless: true });
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return {
    ...rest,
    async run(name, args, origin, observers) {
      const tool = byName.get(name);
      if (tool === undefined) throw new TypeError(`There is no tool ${name}.`);
      return runTool(tool, args, callFrom(origin), observers);
    },
  };
}
