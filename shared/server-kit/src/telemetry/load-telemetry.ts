import type { ExportWish } from '@narrow-deputies/observability/export-settings';
import type { Service } from '@narrow-deputies/observability/sdk';
import type { Telemetry } from './telemetry.ts';

/** What a server was asked to export, and who it is. */
export interface TelemetryOptions extends ExportWish {
  readonly service: Service;
  /** Takes a message for the person who runs the server, without its end of line. */
  readonly warn: (message: string) => void;
}

/** Nothing of OpenTelemetry is loaded before this, and nothing at all where nobody asked. Never rejects. */
export async function loadTelemetry({ settings, service, warn }: TelemetryOptions): Promise<Telemetry | undefined> {
  if (settings === undefined) return undefined;
  try {
    const { createTelemetry } = await import('./exporting.ts');
    return createTelemetry({ settings, service, write: writeLine, warn });
  } catch {
    warn('What exports telemetry could not be loaded: nothing is exported.');
    return undefined;
  }
}

/** Standard output belongs to the protocol. */
const writeLine = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
