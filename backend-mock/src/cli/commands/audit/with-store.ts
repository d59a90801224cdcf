import { Database } from '../../../database/database.ts';
import { databaseOf } from '../../../start/home.ts';
import type { Session } from '../../session.ts';
import { requireStore } from '../policy/require-store.ts';

/** Opens the store of a home to read it. @throws Failure where there is none. */
export async function withStore<T>({ home, env }: Session, work: (database: Database) => Promise<T>): Promise<T> {
  const location = databaseOf(home, env);
  await requireStore(location);
  const database = new Database({ location });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
