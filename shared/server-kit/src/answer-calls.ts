import type { CallOrigin } from './call.ts';
import { nextTurn, type InFlight } from './in-flight.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { ToolService } from './tool-service.ts';
import { traceIdOf } from './trace-context.ts';
import type { FailedCall, Outcome } from './wall.ts';

export interface Answering {
  /** Both are asked for with the first call, and once. */
  readonly load: () => Promise<ToolService>;
  readonly loadTelemetry: () => Promise<Telemetry | undefined>;
  readonly onError: (error: unknown, failed: FailedCall) => void;
  readonly inFlight: InFlight;
}

export interface Answers {
  readonly run: (tool: string, args: unknown, origin: CallOrigin) => Promise<Outcome>;
  /** Reports what was refused and is not reported yet, within some milliseconds. */
  readonly finish: (milliseconds: number) => Promise<void>;
  /** Sends what was observed and not sent yet. */
  readonly stop: () => Promise<void>;
}

/** Answers calls, each observed from its arrival to its answer where telemetry is exported. */
export function answerCalls({ load, loadTelemetry, onError, inFlight }: Answering): Answers {
  let service: Promise<ToolService> | undefined;
  let telemetry: Promise<Telemetry | undefined> | undefined;

  const answer = async (tool: string, args: unknown, origin: CallOrigin): Promise<Outcome> => {
    const { run, onRefusal } = await (service ??= load());
    return run(tool, args, origin, {
      onError,
      onRefusal: (refusal) => {
        // The answer goes first.
        const counted = nextTurn().then(() => onRefusal?.(refusal));
        const failed = { tool, traceId: traceIdOf(refusal.call.traceparent) };
        inFlight.add(counted).catch((error: unknown) => onError(error, failed));
      },
    });
  };

  const observe = async (tool: string, args: unknown, origin: CallOrigin): Promise<Outcome> => {
    const observed = (await (telemetry ??= loadTelemetry()))?.begin(tool, origin);
    const known = observed === undefined ? origin : { ...origin, ...within(observed) };
    let outcome: Outcome | undefined;
    try {
      outcome = await answer(tool, args, known);
      return outcome;
    } catch (error) {
      onError(error, { tool, traceId: traceIdOf(known.traceparent) });
      // The SDK shows the model what it says.
      throw new Error('Something failed inside.', { cause: error });
    } finally {
      observed?.end(outcome);
    }
  };

  return {
    run: (tool, args, origin) => inFlight.add(observe(tool, args, origin)),
    finish: async (milliseconds) => (await service?.catch(() => undefined))?.finish?.(milliseconds),
    stop: async () => (await telemetry)?.stop(),
  };
}

const within = ({ traceparent, observeRequest }: ReturnType<Telemetry['begin']>): Partial<CallOrigin> => ({
  traceparent,
  observeRequest,
});
