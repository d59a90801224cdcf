import { AbortedTransactionError } from 'kysely';
import { errorMessage } from '../common/error-code.ts';

/** The store was told to commit, and its answer never came: the transaction may have happened whole, or not at all. */
export class CommitUnknown extends Error {
  /** PostgreSQL's id of the transaction (`xid8`); undefined where the engine gives none. */
  readonly transactionId: string | undefined;

  constructor(cause: unknown, transactionId?: string) {
    super(
      'It is not known whether this happened: the store was told to keep it, and its answer never came ' +
        `(${errorMessage(cause)}). Look whether it did before you do it again.`,
      { cause },
    );
    this.name = 'CommitUnknown';
    this.transactionId = transactionId;
  }
}

/** What became of a transaction. */
export type CommitOutcome = 'committed' | 'undone' | 'unknown';

/** Classes of SQLSTATE that say of a commit that it did not happen: constraints, and conflicts but "completion unknown". */
const UNDONE = /^(23...|40(?!003)...)$/;
/** What the driver says of a statement that it never sent. */
const NEVER_SENT = /not queryable|has been discarded/;

/**
 * Whether an error of COMMIT leaves its outcome open. An `ERROR` of the server undoes the transaction; `FATAL` and `PANIC`,
 * a lost connection and a silence may come after it was kept. (PostgreSQL translates the severity: one that is not known
 * leaves it open, and is then looked up.)
 */
export function isOpen(error: unknown): boolean {
  const { severity, code } = error as { readonly severity?: unknown; readonly code?: unknown };
  if (severity === 'ERROR' || (typeof code === 'string' && UNDONE.test(code))) return false;
  if (error instanceof AbortedTransactionError) return false;
  return !NEVER_SENT.test(errorMessage(error));
}
