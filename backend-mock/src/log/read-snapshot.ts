import { sql } from 'kysely';
import { BOUNDS } from '../database/bounds.ts';
import type { Database, Reader } from '../database/database.ts';

/**
 * Runs `work` on the store as it is at one moment, beside whoever writes to it; it only reads.
 *
 * @throws Error when `work` writes (on PostgreSQL).
 */
export function readSnapshot<T>(database: Database, work: (snapshot: Reader) => Promise<T>): Promise<T> {
  const begin =
    database.engine === 'postgres'
      ? sql.raw(`begin isolation level repeatable read read only; ${BOUNDS}`)
      : sql`begin deferred`;
  return database.db.connection().execute(async (connection) => {
    await begin.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`rollback`.execute(connection);
    }
  });
}
