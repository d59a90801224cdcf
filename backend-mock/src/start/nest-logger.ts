import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../common/logger.ts';

/** Nest's own messages in the process's log; what it says about a healthy start is left out. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: () => undefined,
  debug: () => undefined,
  verbose: () => undefined,
  warn: (message: unknown) => logger.warn({ nest: true }, String(message)),
  error: (message: unknown) => logger.error({ nest: true }, String(message)),
  fatal: (message: unknown) => logger.error({ nest: true }, String(message)),
});
