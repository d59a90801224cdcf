import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorMessage } from '../common/error-code.ts';
import type { Logger } from '../common/logger.ts';
import { Refusal } from '../common/refusal.ts';
import type { FirstPolicy } from './first-policy.ts';
import { loadPolicyText } from './policy-files.ts';
import { digestOfPolicy } from './policies-repository.ts';

const EVERY_MS = 1_000;

/**
 * In development a saved file is active a second later, without a restart. Looks at the files themselves: editors replace
 * them in more ways than a watch of the file system reports.
 */
export class PolicyWatch {
  readonly #file: string;
  readonly #policies: FirstPolicy;
  readonly #logger: Logger;
  #seen: string;
  /** The policy and its packs, and what their times and sizes were when they were read. */
  #files: readonly string[];
  #stamped = '';
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param seen digest of what was read at start. */
  constructor(file: string, seen: string, policies: FirstPolicy, logger: Logger) {
    this.#file = file;
    this.#seen = seen;
    this.#files = [file];
    this.#policies = policies;
    this.#logger = logger;
  }

  start(): void {
    const next = (): void => {
      this.#timer = setTimeout(() => {
        this.#running = this.look().finally(next);
      }, EVERY_MS);
      this.#timer.unref();
    };
    next();
  }

  /** A file that cannot be a policy is said once, and changes nothing. */
  async look(): Promise<void> {
    try {
      const stamp = await this.#stamp();
      if (stamp === this.#stamped) return;
      const text = await loadPolicyText(this.#file);
      this.#files = [this.#file, ...Object.keys(text.packs).map((name) => join(dirname(this.#file), name))];
      this.#stamped = await this.#stamp();
      const digest = digestOfPolicy(text);
      if (digest === this.#seen) return;
      this.#seen = digest;
      if (await this.#policies.ensure(text)) this.#logger.info({ file: this.#file }, 'a changed policy is active');
    } catch (error) {
      const faults = error instanceof Refusal ? error.problem.errors?.map(({ message }) => message) : undefined;
      this.#logger.warn(
        { file: this.#file, faults: faults ?? errorMessage(error) },
        'a changed policy was not activated',
      );
    }
  }

  /** Reading and parsing once a second would be most of what an idle process does. */
  async #stamp(): Promise<string> {
    const stats = await Promise.all(this.#files.map((file) => stat(file).catch(() => undefined)));
    return stats.map((each) => `${each?.mtimeMs}:${each?.size}:${each?.ino}`).join();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
  }
}
