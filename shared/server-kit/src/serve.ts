import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';
import type { CallOrigin } from './call.ts';
import { createInFlight, nextTurn } from './in-flight.ts';
import type { ListedTool } from './listed-tool.ts';
import { createMcpServer } from './mcp-server.ts';
import { PatientTransport } from './patient-transport.ts';
import type { ToolService } from './tool-service.ts';
import type { Outcome } from './wall.ts';

export interface ServeOptions {
  readonly name: string;
  readonly version: string;
  /** Shown to the model beside the tools. */
  readonly instructions?: string;
  /** What `listTools` makes of the tools. */
  readonly list: readonly ListedTool[];
  /** Loads what answers calls, with the first one: a host that only lists the tools does not wait for it. */
  readonly load: () => Promise<ToolService>;
  /** Told what was thrown that was no refusal; the model sees none of it. */
  readonly onError?: (error: unknown, tool: string) => void;
  /** Releases what the server holds, when the process ends. */
  readonly stop?: () => Promise<void>;
}

/** Milliseconds that work in flight gets after the host has gone. */
const GRACE = 2_000;

/**
 * Serves tools over stdin and stdout in both protocol eras until input ends, or on SIGTERM or SIGINT; then the process
 * exits with code 0. Requests that were read before the end of input are still answered, within a short grace.
 *
 * @throws TypeError where two tools share a name.
 */
export function serve(options: ServeOptions): void {
  const { name, version, instructions, list, load, stop } = options;
  if (new Set(list.map((tool) => tool.name)).size !== list.length) throw new TypeError('Two tools share a name.');
  // zod would compile a parser of its own for each schema that a start goes through, out of text.
  z.config({ jitless: true });
  const inFlight = createInFlight();
  const onError = (error: unknown, tool: string): void => options.onError?.(error, tool);

  let service: Promise<ToolService> | undefined;
  const call = async (tool: string, args: unknown, origin: CallOrigin): Promise<Outcome> => {
    try {
      const { run, onRefusal } = await (service ??= load());
      return await run(tool, args, origin, {
        onError,
        onRefusal: (refusal) => {
          // The answer goes first.
          const report = nextTurn().then(() => onRefusal?.(refusal));
          inFlight.add(report).catch((error: unknown) => onError(error, tool));
        },
      });
    } catch (error) {
      onError(error, tool);
      // The SDK shows the model what it says.
      throw new Error('Something failed inside.', { cause: error });
    }
  };
  const run = (tool: string, args: unknown, origin: CallOrigin): Promise<Outcome> =>
    inFlight.add(call(tool, args, origin));

  const transport = new PatientTransport(() => endNow());
  const handle = serveStdio(() => createMcpServer({ name, version, instructions, list, run }), { transport });

  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), GRACE);
    await inFlight.idle();
    await stop?.();
    transport.release();
    await handle.close();
    process.stdout.write('', () => process.exit(0));
  };
  const endNow = (): void => {
    end().catch(() => process.exit(0));
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, endNow);
}
