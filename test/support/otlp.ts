import { Message } from './protobuf.ts';

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'other';
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly attributes: Attributes;
  readonly failed: boolean;
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  readonly end: bigint;
}

export interface ReceivedHistogram {
  readonly service: string;
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
}

const KINDS = ['other', 'internal', 'server', 'client'] as const;
const STATUS_ERROR = 2n;

/** `ExportTraceServiceRequest` (opentelemetry-proto 1.7, collector/trace/v1). */
export const spansIn = (body: Uint8Array): ReceivedSpan[] =>
  new Message(body).messages(1).flatMap((resourceSpans) =>
    resourceSpans
      .messages(2)
      .flatMap((scopeSpans) => scopeSpans.messages(2))
      .map((span) => ({
        service: serviceOf(resourceSpans),
        name: span.text(5),
        kind: KINDS[Number(span.integer(6))] ?? 'other',
        traceId: span.bytes(1).toString('hex'),
        spanId: span.bytes(2).toString('hex'),
        parentSpanId: span.bytes(4).toString('hex'),
        traceState: span.text(3),
        attributes: attributesOf(span, 9),
        failed: span.messages(15).some((status) => status.integer(3) === STATUS_ERROR),
        start: span.integer(7),
        end: span.integer(8),
      })),
  );

/** The histograms of an `ExportMetricsServiceRequest` (collector/metrics/v1), one for each set of attributes. */
export const histogramsIn = (body: Uint8Array): ReceivedHistogram[] =>
  new Message(body).messages(1).flatMap((resourceMetrics) =>
    resourceMetrics
      .messages(2)
      .flatMap((scopeMetrics) => scopeMetrics.messages(2))
      .flatMap((metric) =>
        metric
          .messages(9)
          .flatMap((histogram) => histogram.messages(1))
          .map((point) => ({
            service: serviceOf(resourceMetrics),
            name: metric.text(1),
            unit: metric.text(3),
            attributes: attributesOf(point, 9),
            count: Number(point.integer(4)),
            sum: point.double(5),
            bounds: point.doubles(7),
          })),
      ),
  );

const serviceOf = (message: Message): string => {
  const [resource] = message.messages(1);
  return resource ? String(attributesOf(resource, 1)['service.name']) : '';
};

function attributesOf(message: Message, number: number): Attributes {
  return Object.fromEntries(
    message.messages(number).map((pair) => {
      const [value] = pair.messages(2);
      return [pair.text(1), value && valueOf(value)];
    }),
  );
}

function valueOf(value: Message): string | number | boolean | undefined {
  if (value.has(1)) return value.text(1);
  if (value.has(2)) return value.integer(2) === 1n;
  if (value.has(3)) return Number(BigInt.asIntN(64, value.integer(3)));
  return value.has(4) ? value.double(4) : undefined;
}
