import { Worker } from 'node:worker_threads';
import type { JobName, Jobs, Report, Task } from './jobs.ts';

/** The other thread could not do a task. */
export class AsideFailure extends Error {
  /** `bound`: it took too long or too much memory. `fault`: the job is broken, or the thread does not start. */
  readonly kind: 'bound' | 'fault';

  constructor(kind: 'bound' | 'fault', message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface HelperBounds {
  /** For one task, in milliseconds. */
  readonly taskMs: number;
  /** For loading, once, in milliseconds. */
  readonly startMs: number;
  readonly memoryMb: number;
}

/** Compiled code starts compiled code; sources start sources, and find the workspace's other packages as sources too. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');
const ENTRY = new URL(FROM_SOURCE ? './thread.ts' : './thread.js', import.meta.url);
const EXEC_ARGV = FROM_SOURCE ? ['--conditions=@narrow-deputies/source', '--disable-warning=ExperimentalWarning'] : [];

const outOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

/** One thread for one task at a time. Whatever it does beyond its bounds ends it, and the next task has another. */
export class Helper {
  readonly #worker: Worker;
  readonly #bounds: HelperBounds;
  readonly #ready: Promise<unknown>;
  #settle: { resolve: (report: Report) => void; reject: (error: Error) => void } | undefined;
  #over = false;

  /** @param entry for tests: a thread that misbehaves. */
  constructor(bounds: HelperBounds, entry: URL = ENTRY) {
    this.#bounds = bounds;
    this.#worker = new Worker(entry, {
      // Neither this process's secrets nor its flags.
      env: {},
      argv: [],
      execArgv: EXEC_ARGV,
      resourceLimits: { maxOldGenerationSizeMb: bounds.memoryMb, maxYoungGenerationSizeMb: 32 },
    });
    this.#worker.on('message', (report: Report) => this.#settle?.resolve(report));
    this.#worker.on('error', (error) => {
      this.#end(
        outOfMemory(error)
          ? new AsideFailure('bound', 'A task took too much memory.')
          : new AsideFailure('fault', `The helping thread broke: ${error instanceof Error ? error.message : ''}`),
      );
    });
    this.#worker.on('exit', () => this.#end(new AsideFailure('fault', 'The helping thread ended.')));
    this.#ready = this.#next(bounds.startMs, 'fault', 'The helping thread did not start in time.');
    this.#ready.catch(() => undefined);
  }

  /** Whether it can take no task any more. */
  get over(): boolean {
    return this.#over;
  }

  /** @throws AsideFailure */
  async run<N extends JobName>(task: Task<N>): Promise<Jobs[N]['output']> {
    // While it works it keeps the process alive, and not a moment longer.
    this.#worker.ref();
    try {
      await this.#ready;
      const answer = this.#next(this.#bounds.taskMs, 'bound', 'A task took too long.');
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(task);
      const report = await answer;
      if (typeof report === 'object' && 'output' in report) return report.output as Jobs[N]['output'];
      throw new AsideFailure('fault', typeof report === 'object' ? report.fault : 'The helping thread said nothing.');
    } finally {
      this.#worker.unref();
    }
  }

  async stop(): Promise<void> {
    this.#end(new AsideFailure('fault', 'The service is stopping.'));
    await this.#worker.terminate();
  }

  #next(withinMs: number, kind: AsideFailure['kind'], late: string): Promise<Report> {
    if (this.#over) return Promise.reject(new AsideFailure('fault', 'The helping thread ended.'));
    return new Promise<Report>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(new AsideFailure(kind, late));
        // Ends it in the middle of whatever it computes.
        this.#worker.terminate().catch(() => undefined);
      }, withinMs);
      const done = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          this.#settle = undefined;
          then(value);
        };
      };
      this.#settle = { resolve: done(resolve), reject: done(reject) };
    });
  }

  #end(error: AsideFailure): void {
    this.#over = true;
    this.#settle?.reject(error);
  }
}
