import { digestOfBytes } from '@narrow-deputies/signing';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import type { Database, Tx } from '../database/database.ts';
import type { Admission } from './admission.ts';

/** Tools of the entries that say what is wrong with the log's own store. */
export const LOG_REFUSED = 'log.refuse_row';
export const LOG_MISSING = 'log.miss_entries';

/** Records each row that got no place, and each gap in what a writer wrote. A row's own text is not repeated. */
export async function recordRefusals(
  database: Database,
  tx: Tx,
  audit: AuditService,
  { refused, gaps }: Pick<Admission, 'refused' | 'gaps'>,
): Promise<void> {
  if (refused.length === 0 && gaps.length === 0) return;
  const now = await currentTime(database, tx);
  const record = (tool: string, details: JsonObject): Promise<string> =>
    audit.record(tx, now, { tool, kind: 'system', outcome: 'refused', decision: 'deny', rules: ['writer'], details });
  for (const { row, because } of refused) {
    await record(LOG_REFUSED, { because, position: row.position, digest: digestOfBytes(Buffer.from(row.entry)) });
  }
  for (const { writer, from, to } of gaps) await record(LOG_MISSING, { writer, from, to });
}
