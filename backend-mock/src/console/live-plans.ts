import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { Database } from '../database/database.ts';
import { listPending } from '../plans/plans-repository.ts';
import { LiveTimes } from './live-times.ts';

/** Somebody who follows what waits. */
export interface Listener {
  /** Told which plans wait, by id and digest, as JSON. */
  waits(state: string): void;
  /** Told at each look that failed: what was told last may be old. */
  unknown(): void;
}

/** Watches what waits, once for all pages, and only while somebody looks. It reads, and holds no lock that writers need. */
@Injectable()
export class LivePlans implements OnApplicationShutdown {
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;
  /** What everybody was told last; undefined when not everybody knows. */
  #last: string | undefined;
  /** One look after the other: what an earlier one saw is never told after what a later one saw. */
  #looks: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(LiveTimes) private readonly times: LiveTimes,
  ) {}

  /**
   * A listener is told at once how things stand now, not how they stood at the last look: its page may be newer.
   *
   * @returns how to stop listening.
   */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#lookAgain(), this.times.lookMs).unref();
    this.look(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  /** Looks, and tells a newcomer in any case. */
  look(newcomer?: Listener): void {
    this.#waiting++;
    this.#looks = this.#looks
      .then(() => this.#tell(newcomer))
      .catch((error: unknown) => this.logger.error({ err: error }, 'a page could not be told what waits'))
      .finally(() => this.#waiting--);
  }

  /** A store that takes seconds to fail is not asked once more for each second that it took. */
  #lookAgain(): void {
    if (this.#waiting === 0) this.look();
  }

  async #tell(newcomer: Listener | undefined): Promise<void> {
    let state: string;
    try {
      const { db } = this.database;
      const pending = await listPending(db, await currentTime(this.database, db));
      state = JSON.stringify(Object.fromEntries(pending.map(({ id, digest }) => [id, digest])));
    } catch (error) {
      this.logger.warn({ err: error }, 'what waits could not be looked at; it is tried again in a second');
      this.#last = undefined;
      for (const listener of this.#listeners) listener.unknown();
      return;
    }
    const isNew = state !== this.#last;
    this.#last = state;
    for (const listener of this.#listeners) if (isNew || listener === newcomer) listener.waits(state);
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
