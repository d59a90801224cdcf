import type { Database, Tx } from '../database/database.ts';
import { isStoreTrouble } from '../database/store-trouble.ts';
import { AuditUnavailable } from './audit-unavailable.ts';

/**
 * A transaction that ends with an entry, for somebody who is known: where the store does not take it, whatever it was that
 * it did not take, no entry is written and nothing has happened.
 *
 * @throws AuditUnavailable for trouble of the store, also when everything was written and only the end failed.
 */
export async function recorded<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  let finished = false;
  try {
    return await database.transaction(async (tx) => {
      finished = false;
      const answer = await work(tx);
      finished = true;
      return answer;
    });
  } catch (error) {
    throw finished ? new AuditUnavailable(error) : asUnrecorded(error);
  }
}

/** Trouble of the store, of a caller who is known, as what it means for them; any other error as it is. */
export const asUnrecorded = (error: unknown): unknown => (isStoreTrouble(error) ? new AuditUnavailable(error) : error);
