import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { retainPayloads } from '../audit/retention.ts';
import { forgetSessions } from '../console/session/sessions-repository.ts';
import { eraseExpired } from '../customers/exports-repository.ts';
import { Database } from '../database/database.ts';
import { forgetKeys } from '../idempotency/idempotency-repository.ts';
import { forgetNonces } from '../nonces/nonces-repository.ts';
import { forgetChallenges } from '../people/passkeys/challenges-repository.ts';
import { expirePlans } from '../plans/plans-repository.ts';
import { currentTime } from './clock.ts';
import { Logger } from './logger.ts';
import { Settings } from './settings.ts';

const EVERY_MS = 60_000;

/** Forgets what can no longer decide anything. Nothing depends on when it runs: every reader looks at the clock itself. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      // It never rejects: what fails is logged in there.
      this.#running = this.run();
    }, EVERY_MS);
    this.#timer.unref();
  }

  async run(): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        const now = await currentTime(this.database, tx);
        await forgetNonces(tx, now);
        await forgetKeys(tx, now);
        await expirePlans(tx, now);
        await eraseExpired(tx, now);
        await forgetChallenges(tx, now);
        await forgetSessions(tx, now);
        await tx.deleteFrom('limits').where('tat', '<', now).execute();
      });
      await this.counter.closeMinutes();
      await retainPayloads(this.database, this.audit, this.settings);
      await this.database.settle();
    } catch (error) {
      this.logger.warn({ err: error }, 'housekeeping failed; it is tried again in a minute');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
