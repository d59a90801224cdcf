import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isCode, type Code } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import { sql } from 'kysely';
import { currentTime } from '../common/clock.ts';
import { Logger } from '../common/logger.ts';
import { CommitUnknown } from '../database/commit-unknown.ts';
import { Database, type Tx } from '../database/database.ts';
import { someOf } from '../database/due-rows.ts';
import { noiseDetails } from './audit-repository.ts';
import { AuditService } from './audit.service.ts';

const MINUTE_MS = 60_000;
/** Distinct sources counted in one minute; more are counted together, so that noise cannot fill the disk. */
const SOURCES_PER_MINUTE = 256;
const FLUSH_MS = 1_000;
/** Counts that become entries in one transaction. */
export const CLOSED_AT_ONCE = 300;

interface Bucket {
  readonly auditId: string;
  readonly source: string;
  readonly code: Code;
  readonly minute: number;
  readonly sampleDigest: string;
  readonly route: string;
  readonly firstAt: number;
  count: number;
  /** How many of `count` are in the store already. */
  stored: number;
  lastAt: number;
}

/**
 * Counts refusals of requests that nobody has signed, per source, code and minute. The first of each bucket is stored at
 * once, further ones a second later at most; a minute that is over becomes one audit entry.
 */
@Injectable()
export class RefusalCounter implements OnApplicationShutdown {
  readonly #database: Database;
  readonly #audit: AuditService;
  readonly #logger: Logger;
  readonly #buckets = new Map<string, Bucket>();
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Database) database: Database,
    @Inject(AuditService) audit: AuditService,
    @Inject(Logger) logger: Logger,
  ) {
    this.#database = database;
    this.#audit = audit;
    this.#logger = logger;
    this.#timer = setInterval(() => {
      this.flush().catch((error: unknown) => logger.warn({ err: error }, 'refusals could not be written; tried again'));
    }, FLUSH_MS);
    this.#timer.unref();
  }

  /**
   * Counts one refusal.
   *
   * @param sample bytes that stand for this kind of noise; only their digest is kept.
   * @returns the id under which the count is (or will be) found in the log.
   */
  async count(refusal: { source: string; code: Code; route: string; sample: string }): Promise<string> {
    const now = Date.now();
    const minute = Math.floor(now / MINUTE_MS);
    const source = this.#boundedSource(refusal.source, minute);
    const key = `${minute} ${refusal.code} ${source}`;
    let bucket = this.#buckets.get(key);
    if (bucket) {
      bucket.count++;
      bucket.lastAt = now;
      return bucket.auditId;
    }
    bucket = {
      auditId: randomUUID(),
      source,
      code: refusal.code,
      minute,
      sampleDigest: `sha-256:${sha256Hex(refusal.sample)}`,
      route: refusal.route,
      firstAt: now,
      count: 1,
      stored: 0,
      lastAt: now,
    };
    this.#buckets.set(key, bucket);
    await this.flush();
    return bucket.auditId;
  }

  /** Drops every count; for a rehearsal, of which nothing may remain. */
  forget(): void {
    this.#buckets.clear();
  }

  #boundedSource(source: string, minute: number): string {
    const sources = new Set<string>();
    for (const bucket of this.#buckets.values()) if (bucket.minute === minute) sources.add(bucket.source);
    return sources.has(source) || sources.size < SOURCES_PER_MINUTE ? source : 'other';
  }

  /** Stores what was counted since the last time, and turns minutes that are over into entries. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing
      .then(() => this.#flush())
      .catch((error: unknown) => {
        this.#logger.error({ err: error }, 'refusal counts could not be stored; they are kept and tried again');
      });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    // Copies: counting goes on while the transaction runs.
    const changed = [...this.#buckets.values()].filter((bucket) => bucket.count > bucket.stored);
    const copies = changed.map((bucket) => ({ ...bucket }));
    const over = Math.floor(Date.now() / MINUTE_MS);
    if (copies.length > 0) {
      await this.#keep((tx) => storeAll(tx, copies));
      for (const [index, bucket] of changed.entries()) bucket.stored = copies[index]?.count ?? bucket.stored;
    }
    const closed = [...this.#buckets].filter(([, bucket]) => bucket.minute < over && bucket.count === bucket.stored);
    for (const [key] of closed) this.#buckets.delete(key);
    if (closed.length > 0) await this.closeMinutes();
  }

  /** What was kept without an answer is not counted a second time. */
  async #keep(work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.#database.transaction(work);
    } catch (error) {
      if (!(error instanceof CommitUnknown) || (await this.#database.outcomeOf(error)) !== 'committed') throw error;
    }
  }

  /**
   * Turns a batch of stored counts of past minutes (also another process's) into their audit entries.
   *
   * @returns how many; fewer than a batch says that no more are due.
   */
  async closeMinutes(): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const now = await currentTime(this.#database, tx);
      const due = sql<boolean>`minute < ${Math.floor(now / MINUTE_MS)}`;
      const rows = await tx
        .deleteFrom('refusal_counts')
        .where(someOf(tx, { table: 'refusal_counts', due, order: 'minute', most: CLOSED_AT_ONCE }))
        .returningAll()
        .execute();
      for (const row of rows) {
        const written = await tx
          .selectFrom('audit_entries')
          .select('audit_id')
          .where('audit_id', '=', row.audit_id)
          .executeTakeFirst();
        await this.#audit.record(
          tx,
          now,
          {
            tool: row.route,
            kind: 'noise',
            outcome: 'refused',
            decision: 'deny',
            code: isCode(row.code) ? row.code : 'internal',
            rules: ['check:identify'],
            source: row.source,
            details: { ...noiseDetails(row), ...(written && { continues: row.audit_id }) },
          },
          written ? randomUUID() : row.audit_id,
        );
      }
      return rows.length;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

async function storeAll(tx: Tx, buckets: readonly Bucket[]): Promise<void> {
  for (const bucket of buckets) await store(tx, bucket);
}

/** Two replicas may count the same source: each keeps its own row by its own id, and neither loses the other's count. */
async function store(tx: Tx, bucket: Bucket): Promise<void> {
  await tx
    .insertInto('refusal_counts')
    .values({
      audit_id: bucket.auditId,
      source: bucket.source,
      code: bucket.code,
      minute: bucket.minute,
      count: bucket.count - bucket.stored,
      first_at: bucket.firstAt,
      last_at: bucket.lastAt,
      sample_digest: bucket.sampleDigest,
      route: bucket.route,
    })
    .onConflict((conflict) =>
      conflict.column('audit_id').doUpdateSet((eb) => ({
        count: eb('refusal_counts.count', '+', eb.ref('excluded.count')),
        last_at: bucket.lastAt,
      })),
    )
    .execute();
}
