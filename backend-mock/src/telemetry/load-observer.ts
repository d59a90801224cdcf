import type { Logger } from '../common/logger.ts';
import type { Engine } from '../database/database.ts';
import type { ExportSettings } from '@narrow-deputies/observability/export-settings';
import type { Observer } from './telemetry.ts';

export interface ObserverOptions {
  readonly settings: ExportSettings | undefined;
  readonly engine: Engine;
  readonly logger: Logger;
}

/** Nothing of OpenTelemetry is loaded before this, and nothing at all where nobody asked. */
export async function loadObserver({ settings, engine, logger }: ObserverOptions): Promise<Observer | undefined> {
  if (settings === undefined) return undefined;
  const { createObserver } = await import('./exporting.ts');
  return createObserver(engine, {
    settings,
    service: SERVICE,
    write: (line) => {
      process.stderr.write(`${line}\n`);
    },
    warn: (message) => logger.warn({}, message),
  });
}

const SERVICE = { name: 'narrow-deputies-backend', version: '0.1.0' };
