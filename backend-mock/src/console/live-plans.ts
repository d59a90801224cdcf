import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { Database } from '../database/database.ts';
import { listPending } from '../plans/plans-repository.ts';

/** How long a change may take to reach a page. */
const EVERY_MS = 1_000;

/** Told which plans wait, by id and digest, as JSON. */
export type Listener = (state: string) => void;

/** Watches what waits, once for all pages, and only while somebody looks. */
@Injectable()
export class LivePlans implements OnApplicationShutdown {
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  #last: string | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /** @returns how to stop listening. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => void this.#look(), EVERY_MS).unref();
    if (this.#last === undefined) void this.#look();
    else listener(this.#last);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  async #look(): Promise<void> {
    try {
      const pending = await this.database.transaction(async (tx) =>
        listPending(tx, await currentTime(this.database, tx)),
      );
      const state = JSON.stringify(Object.fromEntries(pending.map(({ id, digest }) => [id, digest])));
      if (state === this.#last) return;
      this.#last = state;
      for (const listener of this.#listeners) listener(state);
    } catch (error) {
      this.logger.warn({ err: error }, 'what waits could not be looked at; it is tried again in a second');
    }
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
  }

  onApplicationShutdown(): void {
    this.#listeners.clear();
    this.#rest();
  }
}
