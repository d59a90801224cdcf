import type { FileRecords, Reading } from './read-files.ts';
import { findMisfits } from './refunded-orders.ts';
import { findRelabelled } from './relabelled-orders.ts';
import { batches, compareBatch, type Difference, type Reader, type Shelf, type Stored } from './shelf.ts';
import { CUSTOMERS } from './stored-customers.ts';
import { ORDERS } from './stored-orders.ts';

/** What became of the rows of one file, or would. */
export interface Counts {
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface ImportCounts {
  readonly customers: Counts;
  readonly orders: Counts;
}

const NOTHING: Counts = { read: 0, inserted: 0, updated: 0, unchanged: 0 };

/** Compares what was read with a store and adds to its faults. Writes nothing. @param store undefined: there is none yet. */
export async function compareWithStore(store: Reader | undefined, reading: Reading): Promise<ImportCounts> {
  await findStrangers(store, reading);
  const { customers, orders, faults } = reading;
  return {
    customers: await visitDifferences(store, CUSTOMERS, customers, () => Promise.resolve()),
    orders: await visitDifferences(store, ORDERS, orders, async ({ updated }) => {
      if (store === undefined || orders === undefined) return;
      const relabelled = await findRelabelled(store, updated, reading.currency);
      for (const { id, column, message } of [...(await findMisfits(store, updated)), ...relabelled]) {
        faults.add({ file: orders.file, line: orders.lines.get(id) ?? 0, column, message });
      }
    }),
  };
}

/**
 * Goes through the rows of one file batch by batch, each with its difference from the store.
 *
 * @returns how many rows there were of each kind.
 */
export async function visitDifferences<Row extends Stored>(
  store: Reader | undefined,
  shelf: Shelf<Row>,
  records: FileRecords<Row> | undefined,
  visit: (difference: Difference<Row>) => Promise<void>,
): Promise<Counts> {
  if (records === undefined) return NOTHING;
  const counts = { read: records.read, inserted: 0, updated: 0, unchanged: 0 };
  for (const batch of batches(records.rows)) {
    const difference = await compareBatch(store, shelf, batch);
    await visit(difference);
    counts.inserted += difference.inserted.length;
    counts.updated += difference.updated.length;
    counts.unchanged += difference.unchanged;
  }
  return counts;
}

/** Orders of customers that are neither in the customers' file nor in the store. */
async function findStrangers(store: Reader | undefined, { strangers, faults }: Reading): Promise<void> {
  const known = new Set<string>();
  for (const ids of batches([...new Set(strangers.map(({ customerId }) => customerId))])) {
    const found = store === undefined ? [] : await CUSTOMERS.find(store, ids);
    for (const { id } of found) known.add(id);
  }
  for (const { customerId, file, line } of strangers) {
    if (known.has(customerId)) continue;
    const message = `There is no customer "${customerId}", neither in a file given nor in the store.`;
    faults.add({ file, line, column: 'CustomerID', message });
  }
}
