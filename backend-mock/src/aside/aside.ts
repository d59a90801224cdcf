import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Refusal } from '../common/refusal.ts';
import { FairQueue } from './fair-queue.ts';
import { AsideFailure, Helper, type HelperBounds } from './helper.ts';
import type { JobName, Jobs } from './jobs.ts';

export interface AsideBounds extends HelperBounds {
  /** Tasks of one client that may wait. */
  readonly perClient: number;
  /** Tasks of all clients that may wait. */
  readonly inAll: number;
  /** Outcomes that are remembered. */
  readonly remembered: number;
}

/** The longest honest draft takes a tenth of a second on one core; a busy machine may take ten times as long. */
const BOUNDS: AsideBounds = { taskMs: 5_000, startMs: 20_000, memoryMb: 256, perClient: 16, inAll: 64, remembered: 8 };

/** Who wants something done, and a digest that is the same for the same input. */
export interface AsideRequest {
  readonly client: string;
  readonly digest: string;
}

/**
 * Does what is too dear for the thread that serves on one other thread, which starts with the first task. What a client
 * sends may take all of that thread's time, and none of anybody's else: it is ended in the middle of a task that passes its
 * bounds, clients take turns, and what was done is not done again.
 */
@Injectable()
export class Aside implements OnApplicationShutdown {
  readonly #bounds: AsideBounds;
  readonly #entry: URL | undefined;
  readonly #queue = new FairQueue<() => Promise<void>>();
  /** What waits or runs, by job and digest: the same input asked for twice is one task. */
  readonly #running = new Map<string, Promise<unknown>>();
  /** The oldest first. */
  readonly #known = new Map<string, unknown>();
  #helper: Helper | undefined;
  #busy = false;
  #stopped = false;

  /** @param entry for tests: a thread that misbehaves. */
  static bounded(bounds: Partial<AsideBounds>, entry?: URL): Aside {
    return new Aside({ ...BOUNDS, ...bounds }, entry);
  }

  constructor(bounds: AsideBounds = BOUNDS, entry?: URL) {
    this.#bounds = bounds;
    this.#entry = entry;
  }

  /**
   * Does one job. Pure jobs only: the outcome for the same digest may be an earlier one.
   *
   * @throws AsideFailure beyond the bounds of a task; Refusal `rate_limited` where too much of this client waits, or
   * `unavailable` where too much waits in all.
   */
  async run<N extends JobName>(job: N, input: Jobs[N]['input'], asked: AsideRequest): Promise<Jobs[N]['output']> {
    const key = `${job} ${asked.digest}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known as Jobs[N]['output'];
    const running = this.#running.get(key) ?? this.#add(job, input, asked, key);
    return running as Promise<Jobs[N]['output']>;
  }

  #add<N extends JobName>(job: N, input: Jobs[N]['input'], { client }: AsideRequest, key: string): Promise<unknown> {
    const { perClient, inAll } = this.#bounds;
    if (this.#stopped) throw full('unavailable', 'The service is stopping.');
    if (this.#queue.waiting(client) >= perClient) throw full('rate_limited', 'Too many drafts of yours wait already.');
    if (this.#queue.size >= inAll) throw full('unavailable', 'Too much waits to be looked at.');
    const running = new Promise<unknown>((resolve, reject) => {
      this.#queue.add(client, async () => {
        try {
          const output = await this.#ready().run({ job, input });
          this.#remember(key, output);
          resolve(output);
        } catch (error) {
          reject(error);
        } finally {
          this.#running.delete(key);
        }
      });
    });
    this.#running.set(key, running);
    this.#work().catch(() => undefined);
    return running;
  }

  /** One after the other, as long as anything waits. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.take(); next; next = this.#queue.take()) await next();
    } finally {
      this.#busy = false;
    }
  }

  #ready(): Helper {
    if (this.#stopped) throw new AsideFailure('fault', 'The service is stopping.');
    if (!this.#helper || this.#helper.over) this.#helper = new Helper(this.#bounds, this.#entry);
    return this.#helper;
  }

  #remember(key: string, output: unknown): void {
    this.#known.set(key, output);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#bounds.remembered) return;
      this.#known.delete(oldest);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    await this.#helper?.stop();
  }
}

const full = (code: 'rate_limited' | 'unavailable', why: string): Refusal =>
  new Refusal(code, { detail: `${why} Wait a few seconds, then try again.`, retryAfter: 5 });
