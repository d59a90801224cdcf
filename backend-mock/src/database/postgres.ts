import type { PostgresDialect } from 'kysely';
import pg from 'pg';
import { Aside } from './aside.ts';
import { STATEMENT_TIMEOUT_MS } from './bounds.ts';
import { poolForKysely } from './postgres-client.ts';
import { CarefulDialect } from './postgres-driver.ts';

/** How many connections calls share, where nobody says. */
export const POOL_DEFAULT = 10;
const POOL_LEAST = 4;
const POOL_MOST = 500;

/** `DEPUTIES_DATABASE_POOL`. @throws Error for the person who started the process. */
export function poolSize(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const size = Number(text);
  if (/^\d{1,3}$/.test(text) && size >= POOL_LEAST && size <= POOL_MOST) return size;
  throw new Error(`DEPUTIES_DATABASE_POOL takes a whole number from ${POOL_LEAST} to ${POOL_MOST}.`);
}

/** How long a call waits for a connection, new or from the pool, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** The server gives up before; after this it is silent. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 1_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * A pool on one PostgreSQL database, and connections beside it.
 *
 * @param onIdleError is told when a pooled connection breaks while nobody uses it; without a listener that would end the
 * process.
 */
export function openPostgres(
  url: string,
  { onIdleError, pool: max }: { readonly onIdleError: (error: Error) => void; readonly pool: number },
): { readonly dialect: PostgresDialect; readonly aside: Aside } {
  // Milliseconds and counts, far below 2^53: numbers, as on the other engine.
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: SILENCE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types,
  });
  pool.on('error', onIdleError);
  // A client that is checked out reports the loss of its connection on itself, beside failing the query.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { dialect: new CarefulDialect({ pool: poolForKysely(pool) }), aside: new Aside(url) };
}
