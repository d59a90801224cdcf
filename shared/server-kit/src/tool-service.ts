import * as z from 'zod';
import { callFrom, type CallOrigin } from './call.ts';
import type { Tool } from './define-tool.ts';
import { runTool, type ObservedRefusal, type Observers, type Outcome } from './wall.ts';

/** Whatever answers calls. It is loaded with the first one; to list the tools takes none of it. */
export interface ToolService {
  /** Rejects only where there is no such tool (TypeError): whatever a tool does has an outcome. */
  readonly run: (tool: string, args: unknown, origin: CallOrigin, observers: Observers) => Promise<Outcome>;
  /** Told what the wall refused by itself; it counts, and does not wait for anything. */
  readonly onRefusal?: ((refusal: ObservedRefusal) => void) | undefined;
  /** Reports what is not reported yet, when the process ends, within some milliseconds. */
  readonly finish?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** Serves calls of these tools. */
export function createToolService(
  tools: readonly Tool[],
  rest: Pick<ToolService, 'onRefusal' | 'finish'> = {},
): ToolService {
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
