import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { Kysely, sql, type ControlledTransaction, type RawBuilder, type Transaction } from 'kysely';
import { errorCode, errorMessage } from '../common/error-code.ts';
import type { Aside } from './aside.ts';
import { BOUNDS } from './bounds.ts';
import type { CommitOutcome, CommitUnknown } from './commit-unknown.ts';
import { openPostgres, POOL_DEFAULT } from './postgres.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { isFull, isReadOnly } from './store-trouble.ts';
import type { EntrySeal } from '../writers/entry-seal.ts';
import { Lanes } from '../writers/lanes.ts';
import { setTurn, Turn, turnOf, type Writer } from '../writers/turn.ts';

export type Tx = Transaction<Tables>;
/** A transaction, or the store itself for single statements. */
export type Reader = Kysely<Tables>;
export type Engine = 'sqlite' | 'postgres';

export interface DatabaseOptions {
  /** `postgres://…`, or the path of a SQLite file. */
  readonly location: string;
  /** Proves who wrote an entry; without it no entry can be written, so that only reading is left. */
  readonly seal?: EntrySeal | undefined;
  readonly onIdleError?: (error: Error) => void;
  /** How many connections calls share; {@link POOL_DEFAULT} where left out. */
  readonly pool?: number | undefined;
}

/** How long a store counts as full after it was, in milliseconds: then somebody has to try. */
const FULL_FOR_MS = 15_000;
/** How long a goodbye to the server may take, in milliseconds. */
const CLOSE_MS = 2_000;

interface Rehearsal {
  readonly tx: ControlledTransaction<Tables>;
  /** Milliseconds since the epoch; the time for as long as it lasts. */
  readonly heldTime: number;
  last: Promise<unknown>;
}

/** Injection token and type of the one store. */
export class Database {
  readonly engine: Engine;
  /** What this process writes entries with; undefined where it has no log key. */
  readonly writer: Writer | undefined;
  /** How many connections calls share; undefined on an engine that has one for all. */
  readonly connections: number | undefined;
  readonly #kysely: Kysely<Tables>;
  /** Undefined on an engine without connections. */
  readonly #aside: Aside | undefined;
  /** `performance.now()` when a transaction last found no room; undefined once another had some. */
  #fullAt: number | undefined;
  /** Set while the code that runs belongs to a transaction. */
  readonly #inside = new AsyncLocalStorage<true>();
  /** The transaction that everything runs in while {@link rehearse} lasts. */
  #rehearsal: Rehearsal | undefined;
  /** The database's own time, in milliseconds since the epoch, as part of a statement. */
  readonly clock: RawBuilder<number>;

  constructor(options: DatabaseOptions) {
    this.writer = options.seal && { seal: options.seal, lanes: new Lanes() };
    this.engine = /^postgres(ql)?:\/\//.test(options.location) ? 'postgres' : 'sqlite';
    if (this.engine === 'postgres') {
      const { dialect, aside } = openPostgres(options.location, {
        onIdleError: options.onIdleError ?? (() => undefined),
        pool: options.pool ?? POOL_DEFAULT,
      });
      this.connections = options.pool ?? POOL_DEFAULT;
      this.#kysely = new Kysely<Tables>({ dialect });
      this.#aside = aside;
    } else {
      this.#kysely = new Kysely<Tables>({ dialect: openSqlite(options.location) });
    }
    this.clock =
      this.engine === 'postgres'
        ? sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
        : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
  }

  /**
   * For single statements outside any transaction.
   *
   * @throws Error inside one: on an engine with one connection that would wait for itself forever.
   */
  get db(): Kysely<Tables> {
    this.#requireOutside();
    return this.#rehearsal?.tx ?? this.#kysely;
  }

  #requireOutside(): void {
    if (this.#inside.getStore())
      throw new Error('Inside a transaction the store is used through that transaction alone.');
  }

  /** The time of the rehearsal that runs; undefined outside one. */
  get heldTime(): number | undefined {
    return this.#rehearsal?.heldTime;
  }

  /** The database's own time, in milliseconds since the epoch. */
  async now(tx: Tx | Kysely<Tables>): Promise<number> {
    const { rows } = await sql<{ now: number }>`select ${this.clock} as now`.execute(tx);
    return rows[0]?.now ?? Number.NaN;
  }

  /**
   * Runs `work` in one transaction: all of it happens or none. A transaction that the engine gave up to resolve a
   * deadlock or a serialisation conflict is run again, twice at most; `work` must therefore have no effect elsewhere.
   *
   * @throws CommitUnknown where the store was told to commit and did not answer; any other error says that nothing of it
   * happened.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#requireOutside();
    if (this.#rehearsal) return this.#rehearseOne(this.#rehearsal, work);
    for (let attempt = 1; ; attempt++) {
      const turn = new Turn(this.writer);
      let finished = false;
      try {
        const answer = await this.#kysely.transaction().execute(async (tx) => {
          setTurn(tx, turn);
          const given = await this.#inside.run(true, () => work(tx));
          finished = true;
          return given;
        });
        turn.committed();
        this.#fullAt = undefined;
        return answer;
      } catch (error) {
        // Only the end was left to do: it may have happened without our being told.
        if (finished && !isConflict(error)) turn.unknown();
        else turn.undone();
        if (isFull(error)) this.#fullAt = performance.now();
        if (attempt > 2 || !isConflict(error)) throw error;
      }
    }
  }

  /**
   * Looks at the store without waiting for calls, where the engine lets it.
   *
   * @returns whether it takes writes, and how far this process's clock is ahead of its own, at the least, in milliseconds.
   * @throws Error where it does not answer.
   */
  async look(): Promise<{ readonly isWritable: boolean; readonly aheadMs: number }> {
    const askedAt = Date.now();
    const { now, isWritable } = this.#aside ? await this.#aside.look() : await this.#lookInside();
    const hasRoom = this.#fullAt === undefined || performance.now() - this.#fullAt > FULL_FOR_MS;
    const aheadMs = askedAt > now ? askedAt - now : Math.min(0, Date.now() - now);
    return { isWritable: isWritable && hasRoom, aheadMs };
  }

  /** The one connection begins as a writer does. */
  async #lookInside(): Promise<{ now: number; isWritable: boolean }> {
    try {
      return { now: await this.transaction((tx) => this.now(tx)), isWritable: true };
    } catch (error) {
      if (!isReadOnly(error)) throw error;
      return { now: await this.now(this.db), isWritable: false };
    }
  }

  /**
   * Looks on another connection what became of a transaction.
   *
   * @param auditId the entry that it wrote, if any.
   * @returns `unknown` where that cannot be told within seconds.
   */
  async outcomeOf(commit: CommitUnknown, auditId?: string): Promise<CommitOutcome> {
    return this.#aside ? this.#aside.outcomeOf(commit, auditId) : 'unknown';
  }

  /**
   * Runs `work` on the store as it is at one moment, beside whoever writes to it: it waits for no writer and keeps none
   * waiting.
   *
   * @throws Error when `work` writes (on PostgreSQL).
   */
  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    this.#requireOutside();
    if (this.#rehearsal) return this.#rehearseOne(this.#rehearsal, work);
    const begin =
      this.engine === 'postgres'
        ? sql.raw(`begin isolation level repeatable read read only; ${BOUNDS}`)
        : sql`begin deferred`;
    return this.#kysely.connection().execute(async (connection) => {
      await begin.execute(connection);
      try {
        return await this.#inside.run(true, () => work(connection));
      } finally {
        await sql`rollback`.execute(connection);
      }
    });
  }

  /**
   * Runs `work` while every transaction of this process is part of one that is undone at the end: as if it had never
   * happened, to the last row.
   *
   * @param heldTime the time that decides for as long as it lasts, in milliseconds.
   */
  async rehearse<T>(heldTime: number, work: () => Promise<T>): Promise<T> {
    const tx = await this.#kysely.startTransaction().execute();
    const turn = new Turn(this.writer);
    setTurn(tx, turn);
    this.#rehearsal = { tx, heldTime, last: Promise.resolve() };
    try {
      return await work();
    } finally {
      await this.#rehearsal.last.catch(() => undefined);
      this.#rehearsal = undefined;
      turn.undone();
      await tx.rollback().execute();
    }
  }

  /** One after the other: they share one connection. */
  #rehearseOne<T>(rehearsal: Rehearsal, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { tx } = rehearsal;
    const one = rehearsal.last
      .catch(() => undefined)
      .then(async () => {
        await sql`savepoint rehearsal`.execute(tx);
        const turn = turnOf(tx);
        const mark = turn.mark();
        try {
          return await this.#inside.run(true, () => work(tx));
        } catch (error) {
          await sql`rollback to savepoint rehearsal`.execute(tx);
          turn.backTo(mark);
          throw error;
        } finally {
          await sql`release savepoint rehearsal`.execute(tx);
        }
      });
    rehearsal.last = one;
    return one;
  }

  /** Takes what was deleted out of the file that writes go to first; on the other engine that is its own matter. */
  async settle(): Promise<void> {
    if (this.engine === 'sqlite') await sql`pragma wal_checkpoint(truncate)`.execute(this.db);
  }

  async close(): Promise<void> {
    const closed = Promise.all([this.#kysely.destroy(), this.#aside?.close()]);
    // A server that does not answer does not say goodbye either.
    const enough = AbortSignal.timeout(CLOSE_MS);
    await Promise.race([closed, once(enough, 'abort')]);
  }
}

/** PostgreSQL's `serialization_failure` and `deadlock_detected`. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(errorCode(error) ?? '');

/** Whether a statement gave up waiting for another call's lock. */
export const isLockTimeout = (error: unknown): boolean =>
  errorCode(error) === '55P03' || /database is locked/.test(errorMessage(error));

/** Whether a row exists already under the same unique key. */
export const isUniqueViolation = (error: unknown): boolean =>
  errorCode(error) === '23505' || /UNIQUE constraint failed/.test(errorMessage(error));
