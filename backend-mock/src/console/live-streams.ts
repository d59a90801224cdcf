import type { ServerResponse } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { Database } from '../database/database.ts';
import { LivePlans } from './live-plans.ts';
import { LiveStream, type Ending } from './live-stream.ts';
import { LiveTimes } from './live-times.ts';
import { maySeePlans } from './pages/layout.ts';
import { lastingSessions } from './session/sessions-repository.ts';

/**
 * Pages of one session that follow at once. A browser keeps six connections to one host: with one more stream, its next
 * page would wait for ever.
 */
export const STREAMS_MAX = 5;

/** All pages that follow, and who of them is signed in still. A store that fails ends none of them. */
@Injectable()
export class LiveStreams implements BeforeApplicationShutdown {
  /** With how to stop telling them, the oldest first. */
  readonly #open = new Map<LiveStream, () => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LivePlans) private readonly live: LivePlans,
    @Inject(LiveTimes) private readonly times: LiveTimes,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  /** Tells a page from now on. Beyond {@link STREAMS_MAX} the session's oldest page stops, and is told so. */
  open(sessionId: string, raw: ServerResponse): void {
    // Gone while it was looked who asks: its end was told before anybody listened.
    if (raw.destroyed) return;
    const own = [...this.#open.keys()].filter((stream) => stream.sessionId === sessionId);
    for (const oldest of own.slice(0, Math.max(0, own.length - STREAMS_MAX + 1))) this.#end(oldest, 'elsewhere');
    const stream = new LiveStream(sessionId, raw);
    this.#open.set(stream, this.live.listen(stream));
    raw.on('close', () => this.#end(stream));
    raw.on('error', () => this.#end(stream));
    if (!this.#timer) this.#beatIn(this.times.beatMs);
  }

  /**
   * Looks at the sessions of all pages, once for all of them and without prolonging any. While it cannot be known who is
   * signed in, nobody is told anything.
   *
   * @returns whether it could be looked.
   */
  async beat(): Promise<boolean> {
    const streams = [...this.#open.keys()];
    if (streams.length === 0) return true;
    try {
      const { db } = this.database;
      const ids = [...new Set(streams.map(({ sessionId }) => sessionId))];
      const lasting = await lastingSessions(db, ids, await currentTime(this.database, db));
      for (const stream of streams) {
        const roles = lasting.get(stream.sessionId);
        if (!roles || !maySeePlans({ roles })) this.#end(stream, 'over');
        else if (stream.sure()) this.live.look(stream);
      }
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'it could not be looked who is signed in still; pages stay open and wait');
      for (const stream of streams) stream.unsure();
      return false;
    }
  }

  #beatIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#beatAndGoOn().catch((error: unknown) => this.logger.error({ err: error }, 'nobody looks who is signed in'));
    }, ms).unref();
  }

  async #beatAndGoOn(): Promise<void> {
    let looked = false;
    try {
      looked = await this.beat();
    } finally {
      this.#timer = undefined;
      if (this.#open.size > 0) this.#beatIn(looked ? this.times.beatMs : this.times.retryMs);
    }
  }

  #end(stream: LiveStream, why?: Ending): void {
    this.#open.get(stream)?.();
    this.#open.delete(stream);
    stream.end(why);
  }

  /** An open stream would keep the process from ending. */
  beforeApplicationShutdown(): void {
    clearTimeout(this.#timer);
    for (const stream of this.#open.keys()) this.#end(stream);
  }
}
