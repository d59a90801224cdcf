import type { Logger } from 'pino';

/**
 * Messages for the person who runs the server; they go to stderr, as stdout belongs to the protocol. One that is about a
 * call names its trace.
 */
export interface Log {
  warn(fields: Record<string, unknown>, message: string): void;
}

/** pino is loaded with the first message: most processes never write one. */
export function createLog(): Log {
  let logger: Promise<Logger> | undefined;
  return {
    warn(fields, message) {
      logger ??= load();
      logger.then((loaded) => loaded.warn(fields, message)).catch(() => undefined);
    },
  };
}

async function load(): Promise<Logger> {
  const [{ pino }, { REDACTION }] = await Promise.all([import('pino'), import('./log-redaction.ts')]);
  return pino({ level: 'warn', base: null, ...REDACTION }, pino.destination({ dest: 2, sync: true }));
}
