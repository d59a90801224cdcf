import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { errorMessage } from '../common/error-code.ts';

/** Ends a connection at once, whatever it still waits for. */
interface Ending {
  end(): Promise<void>;
}

/**
 * A pool as Kysely takes it. Of several statements in one message the last one's rows count; and a connection on which a
 * statement had no answer in time is broken off: what it might still say belongs to nobody.
 */
export function poolForKysely(pool: pg.Pool): PostgresPool {
  // Kysely knows a connection again by its client.
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const adapted = known.get(client) ?? adapt(client);
      known.set(client, adapted);
      return adapted;
    },
    end: () => pool.end(),
  };
}

function adapt(client: pg.PoolClient): PostgresPoolClient {
  const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      const result: unknown = await client.query(text, [...parameters]);
      return Array.isArray(result) ? result.at(-1) : result;
    } catch (error) {
      // Its end fails what waits behind it; there is nothing else to do about a failure of the end itself.
      if (errorMessage(error) === 'Query read timeout') (client as unknown as Ending).end().catch(() => undefined);
      throw error;
    }
  };
  return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) };
}
