import { pino, type Logger as PinoLogger } from 'pino';

/** The process's log: JSON lines on standard error, never a secret, never a request's body. */
export abstract class Logger {
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
}

/** @param level one of pino's levels, or `silent`. */
export const createLogger = (level: string): PinoLogger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: false }));
