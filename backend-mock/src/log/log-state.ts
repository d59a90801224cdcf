/**
 * What can be wrong with the log while it runs; the entries say the rest.
 *
 * - `rows_refused`: within a week somebody put rows into the store that no process with the log's key wrote.
 * - `entries_missing`: within a week entries were gone before they had their place.
 * - `standing_still`: the oldest entry without a place is older than half a minute.
 */
export type LogTrouble = 'rows_refused' | 'entries_missing' | 'standing_still';

/** What this process knows of it, looked up every few seconds. */
export class LogState {
  troubles: readonly LogTrouble[] = [];
}
