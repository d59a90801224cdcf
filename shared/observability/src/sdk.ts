import { randomUUID } from 'node:crypto';
import type { Meter, Tracer } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
  type Resource,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Destination, ExportSettings, Sampling } from './export-settings.ts';
import { LineMetricExporter, LineSpanExporter, type WriteLine } from './line-exporters.ts';

/** Who exports, unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` say otherwise. */
export interface Service {
  readonly name: string;
  readonly version: string;
}

export interface SdkOptions {
  readonly settings: ExportSettings;
  readonly service: Service;
  /** Takes what the destination `console` gets: never standard output. */
  readonly write: WriteLine;
  /** Told once that a collector takes nothing; calls go on as before. */
  readonly warn: (message: string) => void;
}

/** What makes spans and metrics; nothing is registered for the whole process. */
export interface Sdk {
  readonly tracer: Tracer | undefined;
  readonly meter: Meter | undefined;
  /** Sends what is left, and gives up after a second. */
  stop(): Promise<void>;
}

const STOP_MAX_MS = 1_000;
/** What does not fit is cut: no text of ours is that long. */
const ATTRIBUTE_MAX_CHARACTERS = 1_024;

export function startSdk({ settings, service, write, warn }: SdkOptions): Sdk {
  const resource = resourceOf(service);
  const failed = once(() =>
    warn('Telemetry does not reach its collector (OTEL_EXPORTER_OTLP_ENDPOINT). Calls go on; this is said once.'),
  );
  const tracers = settings.traces.length > 0 ? tracerProvider(settings, resource, write, failed) : undefined;
  const meters = settings.metrics.length > 0 ? meterProvider(settings, resource, write, failed) : undefined;
  return {
    tracer: tracers?.getTracer(SCOPE, service.version),
    meter: meters?.getMeter(SCOPE, service.version),
    async stop() {
      const flushed = Promise.allSettled([tracers?.shutdown(), meters?.shutdown()]);
      let timer: NodeJS.Timeout | undefined;
      const givenUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MAX_MS)));
      await Promise.race([flushed, givenUp]);
      clearTimeout(timer);
    },
  };
}

const SCOPE = 'narrow-deputies';

/** Two processes of one service are told apart by a number that means nothing else. */
const resourceOf = ({ name, version }: Service): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: name,
        [ATTR_SERVICE_VERSION]: version,
        [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }));

type Failed = () => void;

function tracerProvider(
  settings: ExportSettings,
  resource: Resource,
  write: WriteLine,
  failed: Failed,
): TracerProvider {
  const exporterTo = (destination: Destination) =>
    destination === 'console' ? new LineSpanExporter(write) : telling(new OTLPTraceExporter(), failed);
  return new TracerProvider({
    resource,
    sampler: samplerOf(settings.sampling),
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_MAX_CHARACTERS },
    spanProcessors: settings.traces.map(
      (destination) => new BatchSpanProcessor({ ...settings.batching, exporter: exporterTo(destination) }),
    ),
  });
}

function meterProvider(settings: ExportSettings, resource: Resource, write: WriteLine, failed: Failed): MeterProvider {
  const exporterTo = (destination: Destination) =>
    destination === 'console' ? new LineMetricExporter(write) : telling(new OTLPMetricExporter(), failed);
  return new MeterProvider({
    resource,
    readers: settings.metrics.map(
      (destination) => new PeriodicExportingMetricReader({ ...settings.reading, exporter: exporterTo(destination) }),
    ),
  });
}

function samplerOf({ ratio, followsParent }: Sampling): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio);
  return followsParent ? new ParentBasedSampler({ root }) : root;
}

interface Exporting<T> {
  export(items: T, done: (result: { code: number }) => void): void;
}

/** The same exporter, whose failures are told. */
function telling<E extends OTLPTraceExporter | OTLPMetricExporter>(exporter: E, failed: Failed): E {
  const watched = exporter as Exporting<unknown>;
  const send = watched.export.bind(exporter);
  watched.export = (items, done) =>
    send(items, (result) => {
      if (result.code !== 0) failed();
      done(result);
    });
  return exporter;
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
