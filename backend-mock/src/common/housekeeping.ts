import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.ts';
import { CLOSED_AT_ONCE, RefusalCounter } from '../audit/refusal-counter.ts';
import { retainPayloads } from '../audit/retention.ts';
import { forgetSessions } from '../console/session/sessions-repository.ts';
import { eraseExpired } from '../customers/exports-repository.ts';
import { Database, type Tx } from '../database/database.ts';
import { takeTurn } from '../database/due-rows.ts';
import { forgetKeys } from '../idempotency/idempotency-repository.ts';
import { forgetLimits } from '../limits/limits-repository.ts';
import { forgetNonces } from '../nonces/nonces-repository.ts';
import { forgetChallenges } from '../people/passkeys/challenges-repository.ts';
import { expirePlans } from '../plans/plans-repository.ts';
import { currentTime } from './clock.ts';
import { Logger } from './logger.ts';
import { Settings } from './settings.ts';

const EVERY_MS = 60_000;
/** What one kind may take of a run, in milliseconds; a longer backlog goes on with the next run. */
const KIND_MS = 4_000;

/** Works on one batch of what is due. @returns how many rows; none says that nothing is left. */
type Work = (tx: Tx, now: number) => Promise<number>;

/** Each kind by itself: what fails for one, or takes long, keeps none of the others. */
const KINDS: Readonly<Record<string, Work>> = {
  nonces: forgetNonces,
  'idempotency keys': forgetKeys,
  limits: forgetLimits,
  plans: expirePlans,
  exports: eraseExpired,
  challenges: forgetChallenges,
  sessions: forgetSessions,
};

/**
 * Forgets what can no longer decide anything, batch after batch, each a transaction of its own, one replica at a time.
 * Nothing depends on when it runs: every reader looks at the clock itself.
 */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      // A run that takes longer than its minute is not joined by a second one. It never fails.
      this.#running ??= this.run().finally(() => (this.#running = undefined));
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Never fails: what could not be done is logged, and tried again with the next run. */
  async run(): Promise<void> {
    for (const [kind, work] of Object.entries(KINDS)) {
      await this.#workOff(kind, () => this.#batch(kind, work));
    }
    await this.#workOff('refusal counts', async () => (await this.counter.closeMinutes()) === CLOSED_AT_ONCE);
    await this.#workOff('payloads', async () => {
      await retainPayloads(this.database, this.audit, this.settings);
      return false;
    });
    await this.#workOff('deleted pages', async () => {
      await this.database.settle();
      return false;
    });
  }

  /** @param batch tells whether there may be more. */
  async #workOff(kind: string, batch: () => Promise<boolean>): Promise<void> {
    const until = performance.now() + KIND_MS;
    try {
      let more = true;
      while (more && !this.#stopped && performance.now() < until) more = await batch();
    } catch (error) {
      this.logger.warn({ err: error, kind }, 'housekeeping failed; it is tried again in a minute');
    }
  }

  async #batch(kind: string, work: Work): Promise<boolean> {
    const count = await this.database.transaction(async (tx) => {
      if (!(await takeTurn(tx, kind))) return 0;
      return work(tx, await currentTime(this.database, tx));
    });
    return count > 0;
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped = true;
    await this.#running;
  }
}
