/** How long one statement waits for a lock that another call holds, in milliseconds. */
export const LOCK_TIMEOUT_MS = 3_000;
/** How long one statement may take, in milliseconds. */
export const STATEMENT_TIMEOUT_MS = 15_000;
/** How long a transaction may stand idle before the server ends it, in milliseconds. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * What bounds a transaction, as its first statements: settings of a session do not reach the server through a pooler that
 * hands out connections by transaction, and `options` in the address would replace them.
 */
export const BOUNDS = [
  `set local lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
  `set local idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`,
].join('; ');
