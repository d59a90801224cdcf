import { pino, type Logger as PinoLogger } from 'pino';
import { REDACTION } from './log-redaction.ts';
import { currentTraceId } from './trace-of-request.ts';

/**
 * The process's log: JSON lines on standard error, never a secret, never a request's body. A line that is written while a
 * request is served names its trace.
 */
export abstract class Logger {
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
}

/** @param level one of pino's levels, or `silent`. */
export const createLogger = (level: string): PinoLogger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin: traceFields, ...REDACTION },
    pino.destination({ dest: 2, sync: false }),
  );

function traceFields(): { traceId?: string } {
  const traceId = currentTraceId();
  return traceId === undefined ? {} : { traceId };
}
