import type { Database, Reader } from '../database/database.ts';

/**
 * Runs `work` on the store as it is at one moment, beside whoever writes to it; it only reads.
 *
 * @throws Error when `work` writes (on PostgreSQL).
 */
export const readSnapshot = <T>(database: Database, work: (snapshot: Reader) => Promise<T>): Promise<T> =>
  database.read(work);
