import { setTimeout as wait } from 'node:timers/promises';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';
import { answerCalls } from './answer-calls.ts';
import { createInFlight } from './in-flight.ts';
import type { ListedTool } from './listed-tool.ts';
import { createMcpServer } from './mcp-server.ts';
import { PatientTransport } from './patient-transport.ts';
import { loadTelemetry, type TelemetryOptions } from './telemetry/load-telemetry.ts';
import type { ToolService } from './tool-service.ts';
import type { FailedCall } from './wall.ts';

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
  readonly onError?: (error: unknown, failed: FailedCall) => void;
  /** What was asked to be exported; it is loaded with the first call, and only where something was. */
  readonly telemetry?: Omit<TelemetryOptions, 'service'>;
  /** Releases what the server holds, when the process ends. */
  readonly stop?: () => Promise<void>;
}

/** Milliseconds that calls in flight get after the host has gone. */
const GRACE = 2_000;
/** Milliseconds that the last reports of refusals get after that. Hosts end a process by force after about four seconds. */
const LAST_REPORTS = 1_000;

/**
 * Serves tools over stdin and stdout in both protocol eras until input ends, or on SIGTERM or SIGINT; then the process
 * exits with code 0. Requests that were read before the end of input are still answered, and refusals that are not reported
 * yet are reported, each within a short grace.
 *
 * @throws TypeError where two tools share a name.
 */
export function serve(options: ServeOptions): void {
  const { name, version, instructions, list, load, stop } = options;
  if (new Set(list.map((tool) => tool.name)).size !== list.length) throw new TypeError('Two tools share a name.');
  // zod would compile a parser of its own for each schema that a start goes through, out of text.
  z.config({ jitless: true });
  const inFlight = createInFlight();
  const { warnings = [], settings, warn = () => undefined } = options.telemetry ?? {};
  for (const warning of warnings) warn(warning);
  const {
    run,
    finish,
    stop: stopObserving,
  } = answerCalls({
    load,
    loadTelemetry: () => loadTelemetry({ settings, warnings, warn, service: { name, version } }),
    onError: (error, failed) => options.onError?.(error, failed),
    inFlight,
  });

  const transport = new PatientTransport(() => endNow());
  const handle = serveStdio(() => createMcpServer({ name, version, instructions, list, run }), { transport });

  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), GRACE + LAST_REPORTS);
    await Promise.race([inFlight.idle(), wait(GRACE)]);
    await finish(LAST_REPORTS);
    await stop?.();
    await stopObserving();
    transport.release();
    await handle.close();
    process.stdout.write('', () => process.exit(0));
  };
  const endNow = (): void => {
    end().catch(() => process.exit(0));
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, endNow);
}
