import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';
import type { Tool } from './define-tool.ts';
import { createInFlight } from './in-flight.ts';
import type { ToolSchemas } from './json-schema.ts';
import { createMcpServer } from './mcp-server.ts';
import type { ObservedRefusal } from './wall.ts';

export interface ServeOptions {
  readonly name: string;
  readonly version: string;
  /** Shown to the model beside the tools. */
  readonly instructions?: string;
  readonly tools: readonly Tool[];
  /** What `toolSchemas` makes of these tools, made ahead of time. */
  readonly schemas?: ToolSchemas | undefined;
  /** Told what the wall refused by itself. Its promise is waited for only when the process ends, and not for long. */
  readonly onRefusal?: (refusal: ObservedRefusal) => Promise<void>;
  /** Told what a handler threw that was no refusal; the model sees none of it. */
  readonly onError?: (error: unknown, tool: string) => void;
  /** Releases what the server holds, when the process ends. */
  readonly stop?: () => Promise<void>;
}

/**
 * The SDK's transport closes as soon as its input ends or its output fails, and drops what is in flight with it. This one
 * only says so until it is released.
 */
class PatientTransport extends StdioServerTransport {
  readonly #wantsToClose: () => void;
  #released = false;

  constructor(wantsToClose: () => void) {
    super();
    this.#wantsToClose = wantsToClose;
  }

  release(): void {
    this.#released = true;
  }

  override async close(): Promise<void> {
    if (this.#released) await super.close();
    else this.#wantsToClose();
  }
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
  const { name, version, instructions, tools, schemas, onRefusal, onError, stop } = options;
  if (new Set(tools.map((tool) => tool.name)).size !== tools.length) throw new TypeError('Two tools share a name.');
  // zod would compile a parser of its own for each schema that a start goes through, out of text.
  z.config({ jitless: true });
  const inFlight = createInFlight();
  const observers = {
    onRefusal: (refusal: ObservedRefusal): void => {
      if (onRefusal !== undefined)
        inFlight.add(onRefusal(refusal)).catch((error: unknown) => onError?.(error, refusal.tool));
    },
    onError: (error: unknown, tool: string): void => onError?.(error, tool),
  };

  const transport = new PatientTransport(() => endNow());
  const handle = serveStdio(
    () => createMcpServer({ name, version, instructions, tools, schemas, inFlight, ...observers }),
    {
      transport,
    },
  );

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
