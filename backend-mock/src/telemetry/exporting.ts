import type { Engine } from '../database/database.ts';
import { createServedCalls } from './served-calls.ts';
import { startSdk, type SdkOptions } from '@narrow-deputies/observability/sdk';
import type { Observer } from './telemetry.ts';

/** The way into all that imports OpenTelemetry; it is imported dynamically alone. */
export function createObserver(engine: Engine, options: SdkOptions): Observer {
  const sdk = startSdk(options);
  return { begin: createServedCalls(sdk, engine), stop: () => sdk.stop() };
}
