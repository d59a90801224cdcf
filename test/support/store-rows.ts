import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '@narrow-deputies/contracts';

/** The embedded store of a home, opened by the test beside the backend. */
export function openStore(home: string): DatabaseSync {
  return new DatabaseSync(join(home, 'deputies.sqlite'), { timeout: 5_000 });
}

/** The audit entries of one trace, in the order in which they were written. */
export function entriesOfTrace(home: string, traceId: string): JsonObject[] {
  const store = openStore(home);
  try {
    const rows = store.prepare('select entry from audit_entries where trace_id = ? order by position').all(traceId);
    return rows.map((row) => JSON.parse(String(row['entry'])) as JsonObject);
  } finally {
    store.close();
  }
}
