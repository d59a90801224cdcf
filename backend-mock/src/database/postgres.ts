import { PostgresDialect } from 'kysely';
import pg from 'pg';

/** How long one statement waits for a lock that another call holds, in milliseconds. */
export const LOCK_TIMEOUT_MS = 3_000;

/**
 * A pool on one PostgreSQL database.
 *
 * @param onIdleError is told when a pooled connection breaks while nobody uses it; without a listener that would end the
 * process.
 */
export function openPostgres(url: string, onIdleError: (error: Error) => void): PostgresDialect {
  // Milliseconds and counts, far below 2^53: numbers, as on the other engine.
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    options: `-c lock_timeout=${LOCK_TIMEOUT_MS} -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000`,
    types,
  });
  pool.on('error', onIdleError);
  // A client that is checked out reports the loss of its connection on itself, beside failing the query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}
