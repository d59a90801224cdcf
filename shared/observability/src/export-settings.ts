/** Where one kind of telemetry goes: to a collector, or as lines to standard error. */
export type Destination = 'otlp' | 'console';

/** `ratio` from 0 to 1: the part of the traces that begin here. A parent's decision counts first where `followsParent`. */
export interface Sampling {
  readonly ratio: number;
  readonly followsParent: boolean;
}

/** Sizes in spans, times in milliseconds. */
export interface Batching {
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
}

/** Milliseconds. */
export interface Reading {
  readonly exportIntervalMillis: number;
  readonly exportTimeoutMillis: number;
}

/** What the standard variables ask for; addresses, headers and resource attributes are read by the libraries themselves. */
export interface ExportSettings {
  readonly traces: readonly Destination[];
  readonly metrics: readonly Destination[];
  readonly sampling: Sampling;
  readonly batching: Batching;
  readonly reading: Reading;
}

/** Without settings nothing is exported, and nothing that could export is loaded. */
export interface ExportWish {
  readonly settings: ExportSettings | undefined;
  /** What is wrong with the variables, for the person who set them. No value is repeated. */
  readonly warnings: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

type Signal = 'TRACES' | 'METRICS';

const PROTOCOL = 'http/protobuf';

const SAMPLERS: Readonly<Record<string, (ratio: number) => Sampling>> = {
  always_on: () => ({ ratio: 1, followsParent: false }),
  always_off: () => ({ ratio: 0, followsParent: false }),
  traceidratio: (ratio) => ({ ratio, followsParent: false }),
  parentbased_always_on: () => ({ ratio: 1, followsParent: true }),
  parentbased_always_off: () => ({ ratio: 0, followsParent: true }),
  parentbased_traceidratio: (ratio) => ({ ratio, followsParent: true }),
};

/** Reads the variables of the OpenTelemetry specification ("Environment Variable Specification", "OTLP Exporter"). */
export function exportWish(environment: Environment): ExportWish {
  const reader = new Reader(environment);
  if (reader.value('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return { settings: undefined, warnings: [] };
  const traces = reader.destinations('TRACES');
  const metrics = reader.destinations('METRICS');
  if (traces.length + metrics.length === 0) return { settings: undefined, warnings: reader.warnings };
  const interval = reader.amount('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const settings = {
    traces,
    metrics,
    sampling: reader.sampling(),
    batching: {
      scheduledDelayMillis: reader.amount('OTEL_BSP_SCHEDULE_DELAY', 5_000),
      exportTimeoutMillis: reader.amount('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
      maxQueueSize: reader.amount('OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
      maxExportBatchSize: reader.amount('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
    },
    reading: {
      exportIntervalMillis: interval,
      exportTimeoutMillis: Math.min(interval, reader.amount('OTEL_METRIC_EXPORT_TIMEOUT', 30_000)),
    },
  };
  return { settings, warnings: reader.warnings };
}

class Reader {
  readonly #environment: Environment;
  readonly #warnings = new Set<string>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get warnings(): string[] {
    return [...this.#warnings];
  }

  /** A variable that is set to nothing counts as not set. */
  value(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** The more particular variable counts. @returns its name and value. */
  #either(signal: Signal, what: string): readonly [name: string, value: string] | undefined {
    for (const name of [`OTEL_EXPORTER_OTLP_${signal}_${what}`, `OTEL_EXPORTER_OTLP_${what}`]) {
      const value = this.value(name);
      if (value !== undefined) return [name, value];
    }
    return undefined;
  }

  destinations(signal: Signal): Destination[] {
    const name = `OTEL_${signal}_EXPORTER`;
    const endpoint = this.#either(signal, 'ENDPOINT');
    const named = (this.value(name) ?? (endpoint === undefined ? 'none' : 'otlp'))
      .split(',')
      .map((each) => each.trim());
    const found = new Set<Destination>();
    for (const each of named) {
      if (each === 'otlp' || each === 'console') found.add(each);
      else if (each !== 'none')
        this.#warnings.add(`${name} knows otlp, console and none here; what else it names is left out.`);
    }
    if (named.includes('none')) return [];
    if (found.has('otlp') && !this.#reachable(signal, endpoint)) found.delete('otlp');
    return [...found];
  }

  #reachable(signal: Signal, endpoint: readonly [name: string, value: string] | undefined): boolean {
    const [name = '', protocol = PROTOCOL] = this.#either(signal, 'PROTOCOL') ?? [];
    if (protocol !== PROTOCOL) {
      this.#warnings.add(
        `${name} asks for a protocol other than ${PROTOCOL}, the one that is spoken here: nothing is sent.`,
      );
      return false;
    }
    if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint[1])?.protocol ?? '')) {
      this.#warnings.add(`${endpoint[0]} is not a http or https address: nothing is sent there.`);
      return false;
    }
    return true;
  }

  sampling(): Sampling {
    const name = this.value('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
    const sampler = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
    if (sampler === undefined) {
      this.#warnings.add('OTEL_TRACES_SAMPLER is not one of the standard ones: parentbased_always_on is used.');
      return { ratio: 1, followsParent: true };
    }
    const ratio = Number(this.value('OTEL_TRACES_SAMPLER_ARG') ?? 1);
    if (ratio >= 0 && ratio <= 1) return sampler(ratio);
    this.#warnings.add('OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1: 1 is used.');
    return sampler(1);
  }

  amount(name: string, usual: number): number {
    const value = this.value(name);
    if (value === undefined) return usual;
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    this.#warnings.add(`${name} is not a whole number above 0: ${usual} is used.`);
    return usual;
  }
}
