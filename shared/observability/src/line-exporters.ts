import { AggregationTemporality, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** 0 is `ExportResultCode.SUCCESS`, of a package that is not ours to import. */
type Done = (result: { code: number }) => void;

/** Takes one line without its end. */
export type WriteLine = (line: string) => void;

const milliseconds = ([seconds, nanoseconds]: ReadableSpan['startTime']): number => seconds * 1e3 + nanoseconds / 1e6;

/** Spans as one JSON line each: the library's own console exporter writes to standard output, which may be a protocol's. */
export class LineSpanExporter implements SpanExporter {
  readonly #write: WriteLine;

  constructor(write: WriteLine) {
    this.#write = write;
  }

  export(spans: ReadableSpan[], done: Done): void {
    for (const span of spans) {
      const { traceId, spanId } = span.spanContext();
      this.#write(
        JSON.stringify({
          span: span.name,
          traceId,
          spanId,
          parentSpanId: span.parentSpanContext?.spanId,
          start: new Date(milliseconds(span.startTime)).toISOString(),
          durationMs: milliseconds(span.duration),
          attributes: span.attributes,
        }),
      );
    }
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}

/** Metrics as one JSON line each, with the counts since the process began. */
export class LineMetricExporter implements PushMetricExporter {
  readonly #write: WriteLine;

  constructor(write: WriteLine) {
    this.#write = write;
  }

  export({ scopeMetrics }: ResourceMetrics, done: Done): void {
    for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      const points = dataPoints.map(({ attributes, value }) => ({ attributes, value }));
      this.#write(JSON.stringify({ metric: descriptor.name, unit: descriptor.unit, points }));
    }
    done({ code: 0 });
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
