import { currentTime } from '../common/clock.ts';
import type { Settings } from '../common/settings.ts';
import type { Database, Tx } from '../database/database.ts';
import { takeTurn } from '../database/due-rows.ts';
import type { AuditService } from './audit.service.ts';
import { erasedDetails, erasePayloads, payloadsBefore } from './payloads-repository.ts';

const DAY_MS = 24 * 3_600_000;
/** Payloads of one batch: nobody's call waits long for it. */
const BATCH = 500;
/** Batches of one run, so that what was kept for years goes within days. */
const BATCHES_MAX = 20;

/**
 * Deletes payloads whose days are over, with their salts, batch after batch; each batch is one transaction with an entry that
 * says how many. Entries themselves stay.
 *
 * @returns how many payloads were deleted.
 */
export async function retainPayloads(database: Database, audit: AuditService, settings: Settings): Promise<number> {
  const { payloadDays: days } = settings;
  if (days === null) return 0;
  let total = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const count = await database.transaction((tx) => retainBatch(tx, database, audit, days));
    total += count;
    if (count < BATCH) break;
  }
  return total;
}

async function retainBatch(tx: Tx, database: Database, audit: AuditService, days: number): Promise<number> {
  if (!(await takeTurn(tx, 'retention'))) return 0;
  const now = await currentTime(database, tx);
  const erased = await erasePayloads(tx, await payloadsBefore(tx, now - days * DAY_MS, BATCH));
  if (erased.count > 0) {
    await audit.record(tx, now, {
      tool: 'audit.retention',
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['retention'],
      details: { days, ...erasedDetails(erased) },
    });
  }
  return erased.count;
}

const DAYS_MAX = 36_500;

/** `DEPUTIES_AUDIT_PAYLOAD_DAYS`. @returns null where it is not set: payloads are kept. @throws Error for anything else. */
export function payloadDays(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const days = Number(text);
  if (/^[1-9]\d{0,4}$/.test(text) && days <= DAYS_MAX) return days;
  throw new Error(`DEPUTIES_AUDIT_PAYLOAD_DAYS takes a whole number of days from 1 to ${DAYS_MAX}.`);
}
