import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage } from '../common/error-code.ts';
import { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { adoptEntries } from '../log/adopt-entries.ts';
import { requireEnvironment } from '../start/require-environment.ts';
import { EntrySeal } from '../writers/entry-seal.ts';
import { currencyOrAssumed } from './amounts.ts';
import { applyImport, takeTurn } from './apply-import.ts';
import { compareWithStore, type ImportCounts } from './compare.ts';
import { ImportRefused, requireNone, type Remarks } from './faults.ts';
import type { ImportProgress } from './progress.ts';
import { readFiles, type Files, type Reading } from './read-files.ts';
import type { Reader } from './shelf.ts';

export interface ImportRequest {
  readonly files: Files;
  /** ISO 4217 code of every amount in the files; undefined for EUR, where no order is stored in another. */
  readonly currency?: string | undefined;
  /** `postgres://…`, or the path of a SQLite file; where there is no store yet, one is made. */
  readonly location: string;
  /** Finds the key that the import's entry is proven with; asked only for a write. */
  readonly logKey: () => Promise<KeyObject>;
  readonly environment: string;
  /** Does all but the write. */
  readonly dryRun: boolean;
  readonly progress: ImportProgress;
}

export interface ImportOutcome extends ImportCounts {
  readonly notes: Remarks;
  /** That amounts were read in. */
  readonly currency: string;
}

/**
 * Imports customers, orders or both: all of it or nothing.
 *
 * @throws ImportRefused, with every fault that was found; errors of the store.
 */
export async function importFiles(request: ImportRequest): Promise<ImportOutcome> {
  const reading = await readFiles(request.files, currencyOrAssumed(request.currency), request.progress);
  const { location, environment } = request;
  let database = await openExisting(request);
  try {
    const counts = await compareWithStore(await recordsOf(database, environment), reading);
    requireNone(reading.faults);
    if (request.dryRun) return { ...counts, notes: reading.notes, currency: reading.currency.code };
    if (database === undefined) {
      await mkdir(dirname(location), { recursive: true, mode: 0o700 });
      database = new Database({ location, seal: EntrySeal.of(await request.logKey()) });
    }
    await prepare(database, environment);
    return { ...(await write(database, reading, request)), notes: reading.notes, currency: reading.currency.code };
  } finally {
    await database?.close();
  }
}

async function openExisting({ location, logKey, dryRun }: ImportRequest): Promise<Database | undefined> {
  const isElsewhere = /^postgres(ql)?:\/\//.test(location);
  if (!isElsewhere && !existsSync(location)) return undefined;
  const seal = dryRun ? undefined : EntrySeal.of(await logKey());
  return new Database({ location, seal });
}

/** What there is to compare with; undefined where the store has no tables yet. @throws ImportRefused. */
async function recordsOf(database: Database | undefined, environment: string): Promise<Reader | undefined> {
  if (database === undefined) return undefined;
  const { db } = database;
  const tables = new Set((await db.introspection.getTables()).map(({ name }) => name));
  if (tables.has('settings')) {
    const row = await db.selectFrom('settings').select('value').where('name', '=', 'environment').executeTakeFirst();
    if (row !== undefined && row.value !== environment) {
      throw new ImportRefused(
        'wrong_environment',
        `This store belongs to the environment "${row.value}", not to "${environment}".`,
      );
    }
  }
  return tables.has('customers') && tables.has('refunds') ? db : undefined;
}

async function prepare(database: Database, environment: string): Promise<void> {
  await migrate(database);
  await requireEnvironment(database, environment).catch((error: unknown) => {
    throw new ImportRefused('wrong_environment', errorMessage(error));
  });
  await adoptEntries(database, environment);
}

async function write(database: Database, reading: Reading, request: ImportRequest): Promise<ImportCounts> {
  const { environment } = request;
  const rows = (reading.customers?.rows.length ?? 0) + (reading.orders?.rows.length ?? 0);
  const progress = request.progress.beginWrite(rows);
  let counts: ImportCounts | undefined;
  try {
    counts = await database.transaction(async (tx) => {
      await takeTurn(tx, environment);
      return applyImport(database, tx, { environment, reading, tool: 'data.import', rule: 'command-line', progress });
    });
    return counts;
  } finally {
    progress.end(counts && rows);
  }
}
