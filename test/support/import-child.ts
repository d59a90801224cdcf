import { writeSync } from 'node:fs';
import { importFiles } from '../../backend-mock/src/data/import-files.ts';
import { NO_PROGRESS } from '../../backend-mock/src/data/progress.ts';
import { SqlHook, type KillPoint } from './sql-hook.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

export interface ImportJob {
  readonly store: string;
  readonly customers: string;
  readonly orders: string;
  readonly point: KillPoint | undefined;
  readonly withoutTransactions: boolean;
}

const { store, customers, orders, point, withoutTransactions } = JSON.parse(process.argv[2] ?? '') as ImportJob;
const hook = new SqlHook();
hook.install();
hook.arm(point, withoutTransactions);
await importFiles({
  files: { customers, orders },
  currency: 'EUR',
  location: store,
  environment: 'development',
  dryRun: false,
  logKey: () => Promise.resolve(TEST_LOG_KEY),
  progress: NO_PROGRESS,
});
// Only where nothing ended the process before.
writeSync(1, JSON.stringify(hook.statements));
