import type { Tx } from '../database/database.ts';

const written = new WeakMap<Tx, string>();

/** Remembers which entry a transaction wrote. */
export function noteEntry(tx: Tx, auditId: string): void {
  written.set(tx, auditId);
}

/** An entry that the transaction wrote; all of them are there afterwards, or none. */
export const entryOf = (tx: Tx): string | undefined => written.get(tx);
