import { CommitUnknown } from '../database/commit-unknown.ts';
import { isLockTimeout, type Database, type Tx } from '../database/database.ts';
import { isStoreTrouble } from '../database/store-trouble.ts';
import { AuditUnavailable } from './audit-unavailable.ts';
import { entryOf } from './written-entries.ts';

/**
 * A transaction that ends with an entry, for somebody who is known: where the store does not take it, whatever it was that
 * it did not take, no entry is written and nothing has happened. Where the answer to its commit was lost, the store is asked
 * whether the entry is there.
 *
 * @throws AuditUnavailable for trouble of the store, also when everything was written and only the end failed; CommitUnknown
 * where nobody can tell whether it happened.
 */
export async function recorded<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  let finished: { readonly answer: T; readonly auditId: string | undefined } | undefined;
  try {
    return await database.transaction(async (tx) => {
      finished = undefined;
      const answer = await work(tx);
      finished = { answer, auditId: entryOf(tx) };
      return answer;
    });
  } catch (error) {
    if (!finished) throw asUnrecorded(error);
    if (!(error instanceof CommitUnknown)) throw new AuditUnavailable(error);
    const { answer, auditId } = finished;
    const outcome = await database.outcomeOf(error, auditId);
    if (outcome === 'committed') return answer;
    throw outcome === 'undone' ? new AuditUnavailable(error) : error;
  }
}

/** Trouble of the store, of a caller who is known, as what it means for them; any other error, and a wait for another call, as it is. */
export const asUnrecorded = (error: unknown): unknown =>
  isStoreTrouble(error) && !isLockTimeout(error) ? new AuditUnavailable(error) : error;
