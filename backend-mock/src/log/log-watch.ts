import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import type { Logger } from '../common/logger.ts';
import { Settings } from '../common/settings.ts';
import type { Database } from '../database/database.ts';
import type { LogState, LogTrouble } from './log-state.ts';
import { OwnEntries } from './own-entries.ts';
import { LOG_MISSING, LOG_REFUSED } from './refusals.ts';

const EVERY_MS = 5_000;
/** An entry has its place within two seconds. */
const STANDS_STILL_MS = 30_000;
const TOLD_FOR_MS = 7 * 24 * 3_600_000;

export interface LogWatchOptions {
  readonly database: Database;
  readonly environment: string;
  readonly logger: Logger;
  readonly state: LogState;
}

/** Sees to it that whoever looks at this process is told when something is wrong with the log. */
export class LogWatch {
  readonly #options: LogWatchOptions;
  readonly #audit: AuditService;
  readonly #own: OwnEntries;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: LogWatchOptions) {
    this.#options = options;
    this.#audit = new AuditService(new Settings(options.environment));
    this.#own = new OwnEntries(options.database);
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.look()
        .catch((error: unknown) => this.#options.logger.warn({ err: error }, 'the log could not be looked at'))
        .finally(() => this.start());
    }, EVERY_MS);
    this.#timer.unref();
  }

  async look(): Promise<void> {
    await this.#recordLost();
    const { database, logger, state } = this.#options;
    const troubles = await troublesOf(database);
    const fresh = troubles.filter((trouble) => !state.troubles.includes(trouble));
    state.troubles = troubles;
    for (const trouble of fresh) logger.error({ trouble }, 'something is wrong with the audit log');
  }

  async #recordLost(): Promise<void> {
    const { database, logger } = this.#options;
    for (const { auditId, writer, number } of await this.#own.look()) {
      logger.error({ auditId }, 'an entry is gone that was written: the store was changed');
      await database.transaction(async (tx) => {
        await this.#audit.record(tx, await currentTime(database, tx), {
          tool: LOG_MISSING,
          kind: 'system',
          outcome: 'refused',
          decision: 'deny',
          rules: ['writer'],
          details: { writer, from: number, to: number, entry: auditId },
        });
      });
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}

async function troublesOf(database: Database): Promise<LogTrouble[]> {
  const { db } = database;
  const now = await database.now(db);
  const told = await db
    .selectFrom('audit_entries')
    .select('tool')
    .distinct()
    .where('tool', 'in', [LOG_REFUSED, LOG_MISSING])
    .where('time', '>', now - TOLD_FOR_MS)
    .execute();
  const waiting = await db
    .selectFrom('audit_entries')
    .select('time')
    .where('log_index', 'is', null)
    .where('refused', 'is', null)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  const tools = new Set(told.map(({ tool }) => tool));
  return [
    ...(tools.has(LOG_REFUSED) ? (['rows_refused'] as const) : []),
    ...(tools.has(LOG_MISSING) ? (['entries_missing'] as const) : []),
    ...(waiting && waiting.time < now - STANDS_STILL_MS ? (['standing_still'] as const) : []),
  ];
}
