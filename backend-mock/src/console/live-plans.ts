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
  /** One look after the other: what an earlier one saw is never told after what a later one saw. */
  #looks: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /**
   * A listener is told at once how things stand now, not how they stood at the last look: its page may be newer.
   *
   * @returns how to stop listening.
   */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#look(), EVERY_MS).unref();
    this.#look(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  #look(newcomer?: Listener): void {
    this.#looks = this.#looks.then(() => this.#tell(newcomer));
  }

  async #tell(newcomer: Listener | undefined): Promise<void> {
    try {
      const pending = await this.database.transaction(async (tx) =>
        listPending(tx, await currentTime(this.database, tx)),
      );
      const state = JSON.stringify(Object.fromEntries(pending.map(({ id, digest }) => [id, digest])));
      const isNew = state !== this.#last;
      this.#last = state;
      for (const listener of this.#listeners) if (isNew || listener === newcomer) listener(state);
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
