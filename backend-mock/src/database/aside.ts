import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { CommitOutcome, CommitUnknown } from './commit-unknown.ts';

/** How long one question waits for its connection, and again for its answer, in milliseconds. */
const PATIENCE_MS = 1_500;
/** How long the outcome of a commit is asked for, in milliseconds. */
const LOOK_FOR_MS = 4_000;
const LOOK_EVERY_MS = 100;
/** After this a transaction whose connection is lost is ended, in milliseconds: nobody can commit it any more. */
const END_AFTER_MS = 1_000;

/** An id is given to another transaction where another server takes over; its entry is not. */
const OUTCOME = `select pg_xact_status($1::xid8) as status,
  $2::text is null or exists (select 1 from audit_entries where audit_id = $2::text) as entered`;
const LOOK = `select (extract(epoch from clock_timestamp()) * 1000)::bigint as now,
  not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off' as writable`;
/** Its locks go with it. A session of this user's own, which needs no privilege. */
const END = 'select pg_terminate_backend(pid) from pg_stat_activity where backend_xid = ($1::xid8)::xid';

/**
 * Connections beside the pool, for questions that must not wait for calls. Each gets an answer within a few seconds, or an
 * error.
 */
export class Aside {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: 2,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
    });
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** One statement, outside any transaction. */
  async ask<Row extends pg.QueryResultRow>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row>(text, [...parameters])).rows;
  }

  /** Whether the server takes writes, and its time in milliseconds. */
  async look(): Promise<{ now: number; isWritable: boolean }> {
    const ask = (): Promise<{ now: string; writable: boolean }[]> => this.ask(LOOK);
    // A connection that broke while nobody used it says nothing about the server.
    const [row] = await ask().catch(ask);
    return { now: Number(row?.now), isWritable: row?.writable === true };
  }

  /**
   * What became of a commit without an answer. One that still runs is waited for; one that its connection never reached
   * is ended, so that it cannot happen later.
   *
   * @param auditId the entry that it wrote, if any: it is there exactly if the transaction is.
   */
  async outcomeOf({ transactionId }: CommitUnknown, auditId?: string): Promise<CommitOutcome> {
    if (transactionId === undefined) return 'unknown';
    const began = performance.now();
    let ended = false;
    for (;;) {
      const passed = performance.now() - began;
      if (passed > LOOK_FOR_MS) return 'unknown';
      try {
        const [found] = await this.ask<{ status: string | null; entered: boolean }>(OUTCOME, [
          transactionId,
          auditId ?? null,
        ]);
        if (found?.status === 'committed' && found.entered) return 'committed';
        if (found?.status === 'aborted' && (auditId === undefined || !found.entered)) return 'undone';
        if (found?.status === 'in progress' && passed > END_AFTER_MS && !ended) {
          await this.ask(END, [transactionId]);
          ended = true;
        }
      } catch {
        // The server is not there yet, or still silent.
      }
      await wait(LOOK_EVERY_MS);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
