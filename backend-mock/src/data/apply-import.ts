import type { JsonObject } from '@narrow-deputies/contracts';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Database, Tx } from '../database/database.ts';
import type { Counts, ImportCounts } from './compare.ts';
import { ImportRefused } from './faults.ts';
import type { Step } from './progress.ts';
import type { Reading } from './read-files.ts';
import { writeRecords } from './write.ts';

export interface ImportOrder {
  readonly environment: string;
  readonly reading: Reading;
  /** Under which names the audit log has it. */
  readonly tool: 'data.import' | 'data.load_fixture';
  readonly rule: string;
  readonly progress: Step;
}

/**
 * Lets one import after the other at a store: they would change the same rows.
 *
 * @throws ImportRefused `wrong_environment` when the store belongs to another environment.
 */
export async function takeTurn(tx: Tx, environment: string): Promise<void> {
  // Written with what it holds already: locked without being changed.
  const rows = await tx
    .updateTable('settings')
    .set({ value: environment })
    .where('name', '=', 'environment')
    .where('value', '=', environment)
    .returning('name')
    .execute();
  if (rows.length === 0)
    throw new ImportRefused('wrong_environment', `This store does not belong to "${environment}".`);
}

/** Writes what was read, and the one entry that says so, in the transaction given. The caller has taken its turn. */
export async function applyImport(database: Database, tx: Tx, order: ImportOrder): Promise<ImportCounts> {
  const { environment, reading, tool, rule, progress } = order;
  const now = await currentTime(database, tx);
  const counts = await writeRecords(tx, reading, now, progress.at);
  await new AuditService(new Settings(environment)).record(tx, now, {
    tool,
    kind: 'system',
    outcome: 'succeeded',
    decision: 'allow',
    rules: [rule],
    details: {
      customers: reading.customers ? withDigest(counts.customers, reading.customers.digest) : null,
      orders: reading.orders ? withDigest(counts.orders, reading.orders.digest) : null,
      currency: reading.currency.code,
    },
  });
  return counts;
}

const withDigest = (counts: Counts, digest: string): JsonObject => ({ ...counts, digest });
