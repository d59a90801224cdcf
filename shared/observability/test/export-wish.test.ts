import { describe, expect, test } from '@jest/globals';
import { exportWish } from '../src/export-settings.ts';

const URL = 'http://127.0.0.1:4318';
const wish = (environment: Record<string, string>): object => {
  const { settings, warnings } = exportWish(environment);
  return { traces: settings?.traces ?? [], metrics: settings?.metrics ?? [], warnings: warnings.length };
};
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: URL };
const BOTH = { traces: ['otlp'], metrics: ['otlp'], warnings: 0 };
const NONE = { traces: [], metrics: [], warnings: 0 };

describe('what the variables ask for', () => {
  test.each<[string, Record<string, string>, object]>([
    ['none', {}, NONE],
    ['a name alone', { OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }, NONE],
    ['an endpoint', ENDPOINT, BOTH],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, NONE],
    ['an endpoint of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: URL }, { ...NONE, traces: ['otlp'] }],
    ['an endpoint of metrics', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: URL }, { ...NONE, metrics: ['otlp'] }],
    ['an exporter alone', { OTEL_TRACES_EXPORTER: 'otlp' }, { ...NONE, traces: ['otlp'] }],
    ['two exporters', { OTEL_METRICS_EXPORTER: 'otlp, console' }, { ...NONE, metrics: ['otlp', 'console'] }],
    ['none of one', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, { ...BOTH, traces: [] }],
    ['one that is not known', { OTEL_TRACES_EXPORTER: 'zipkin' }, { ...NONE, warnings: 1 }],
    ['all of it, switched off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }, NONE],
    ['all of it, not switched off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'false' }, BOTH],
    ['gRPC', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { ...NONE, warnings: 1 }],
    ['gRPC of one', { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, { ...BOTH, traces: [], warnings: 1 }],
    ['gRPC that nothing would use', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, NONE],
    ['the protocol that is spoken', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, BOTH],
    ['an address of another kind', { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' }, { ...NONE, warnings: 1 }],
    ['a number that is none', { ...ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '-1' }, { ...BOTH, warnings: 1 }],
    ['a sampler that is not known', { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'toString' }, { ...BOTH, warnings: 1 }],
  ])('%s [trace.asked-for]', (_what, environment, asked) => {
    expect(wish(environment)).toEqual(asked);
  });

  test.each<[string, string | undefined, object]>([
    ['always_on', undefined, { ratio: 1, followsParent: false }],
    ['always_off', '0.5', { ratio: 0, followsParent: false }],
    ['traceidratio', '0.25', { ratio: 0.25, followsParent: false }],
    ['parentbased_always_on', undefined, { ratio: 1, followsParent: true }],
    ['parentbased_always_off', undefined, { ratio: 0, followsParent: true }],
    ['parentbased_traceidratio', '0', { ratio: 0, followsParent: true }],
    ['parentbased_traceidratio', 'half', { ratio: 1, followsParent: true }],
  ])('the sampler %s of %s [trace.asked-for]', (sampler, argument, sampling) => {
    const given = argument === undefined ? {} : { OTEL_TRACES_SAMPLER_ARG: argument };
    const { settings } = exportWish({ ...ENDPOINT, OTEL_TRACES_SAMPLER: sampler, ...given });
    expect(settings?.sampling).toEqual(sampling);
  });

  test('sizes and times are the specification’s unless they are set [trace.asked-for]', () => {
    expect(exportWish(ENDPOINT).settings).toMatchObject({
      sampling: { ratio: 1, followsParent: true },
      batching: {
        scheduledDelayMillis: 5_000,
        exportTimeoutMillis: 30_000,
        maxQueueSize: 2_048,
        maxExportBatchSize: 512,
      },
      reading: { exportIntervalMillis: 60_000, exportTimeoutMillis: 30_000 },
    });
    const set = { OTEL_BSP_SCHEDULE_DELAY: '10', OTEL_METRIC_EXPORT_INTERVAL: '1000' };
    expect(exportWish({ ...ENDPOINT, ...set }).settings).toMatchObject({
      batching: { scheduledDelayMillis: 10 },
      reading: { exportIntervalMillis: 1_000, exportTimeoutMillis: 1_000 },
    });
  });

  test('no warning repeats a value [trace.asked-for, trace.no-secret]', () => {
    const SECRET = 'a-value-that-is-nobodys-business';
    const names = [
      'OTEL_TRACES_EXPORTER',
      'OTEL_METRICS_EXPORTER',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
    ];
    const more = [
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
      'OTEL_BSP_SCHEDULE_DELAY',
      'OTEL_METRIC_EXPORT_TIMEOUT',
    ];
    const all = Object.fromEntries([...names, ...more].map((name) => [name, SECRET]));
    const { warnings } = exportWish(all);
    const others = exportWish({ ...all, OTEL_TRACES_EXPORTER: 'console' }).warnings;
    expect(warnings.length + others.length).toBeGreaterThan(3);
    expect([...warnings, ...others].filter((warning) => warning.includes(SECRET))).toEqual([]);
  });
});
