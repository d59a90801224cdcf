import type { JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import { storeRefusal } from '../../common/store-refusal.ts';
import { CommitUnknown } from '../../database/commit-unknown.ts';
import { isLockTimeout } from '../../database/database.ts';
import type { Counts } from '../../data/compare.ts';
import { ImportRefused } from '../../data/faults.ts';
import { importFiles, type ImportOutcome } from '../../data/import-files.ts';
import { databaseOf, environmentOf, logKeyFileOf } from '../../start/home.ts';
import { logKeyFor, NoLogKey } from '../../start/log-key-for.ts';
import { Failure } from '../failure.ts';
import { importProgress } from '../import-progress.ts';
import { describe, note, printJson, printLines } from '../output.ts';
import type { Session } from '../session.ts';

export interface ImportOptions {
  readonly customers?: string;
  readonly orders?: string;
  readonly currency?: string;
  readonly dryRun?: boolean;
}

/** `deputies data import`. @throws Failure for what the person can act on. */
export async function importData(session: Session, options: ImportOptions): Promise<void> {
  const { customers, orders, currency, dryRun = false } = options;
  if (customers === undefined && orders === undefined) {
    throw new Failure('invalid_arguments', 'Say what to import: --customers FILE, --orders FILE, or both.');
  }
  const location = databaseOf(session.home, session.env);
  const isBar = process.stderr.isTTY && session.options.json !== true;
  const outcome = await importFiles({
    files: { customers, orders },
    currency,
    location,
    logKey: () => logKeyFor(location, logKeyFileOf(session.home, session.env)),
    environment: environmentOf(session.env),
    dryRun,
    progress: importProgress(isBar),
  }).catch((error: unknown) => {
    throw explain(error);
  });
  if (session.options.json) printJson(document(outcome, dryRun));
  else print(outcome, dryRun);
}

function explain(error: unknown): unknown {
  if (error instanceof ImportRefused) return new Failure(error.code, error.message);
  if (error instanceof NoLogKey) return new Failure('no_log_key', error.message);
  if (error instanceof CommitUnknown) return new Failure('unavailable', error.message);
  const refusal = error instanceof Refusal ? error : storeRefusal(error, 'person');
  if (refusal === undefined && !isLockTimeout(error)) return error;
  return new Failure('unavailable', 'Nothing was imported: the store is busy, full or away, or its clock is behind.');
}

function document({ customers, orders, notes, currency }: ImportOutcome, dryRun: boolean): JsonObject {
  return {
    customers: { ...customers },
    orders: { ...orders },
    currency,
    notes: notes.listed.map(({ file, line, column, message }) => ({
      file,
      line: line ?? null,
      message: column === undefined ? message : `${column}: ${message}`,
    })),
    dryRun,
  };
}

const COUNTS = { read: 'read', inserted: 'new', updated: 'changed', unchanged: 'as before' } as const;

const countsLine = (counts: Counts): string =>
  Object.entries(COUNTS)
    .map(([name, word]) => `${counts[name as keyof Counts]} ${word}`)
    .join(', ');

function print({ customers, orders, notes }: ImportOutcome, dryRun: boolean): void {
  if (notes.total > 0) note(...notes.lines());
  printLines(...describe({ customers: countsLine(customers), orders: countsLine(orders) }));
  if (dryRun) printLines('This was a dry run: nothing was written.');
}
