import { Refusal } from './refusal.ts';

/** How long a call waits for its place, in milliseconds. */
const WAIT_MS = 3_000;
const RETRY_AFTER_S = 2;

/** Lets so many run at once; the others wait, in their order, and not for ever. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #waitMs: number;

  constructor(most: number, waitMs = WAIT_MS) {
    this.#free = most;
    this.#waitMs = waitMs;
  }

  /** @throws Refusal `unavailable` where no place came in time: then `work` was not begun. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#take();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(
          new Refusal('unavailable', {
            detail: 'Nothing was changed: too many calls wait for the store. Try again later.',
            retryAfter: RETRY_AFTER_S,
          }),
        );
      }, this.#waitMs);
      this.#waiting.push(begin);
    });
  }
}
