import { createHttpRequests } from './http-requests.ts';
import { createToolCalls } from './tool-calls.ts';
import { startSdk, type SdkOptions } from '@narrow-deputies/observability/sdk';
import type { Telemetry } from './telemetry.ts';

/** The way into all that imports OpenTelemetry; it is imported dynamically alone, and bundled into a file of its own. */
export function createTelemetry(options: SdkOptions): Telemetry {
  const sdk = startSdk(options);
  return { begin: createToolCalls(sdk, createHttpRequests(sdk)), stop: () => sdk.stop() };
}
