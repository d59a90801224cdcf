import type { Tx } from '../database/database.ts';
import { visitDifferences, type ImportCounts } from './compare.ts';
import { ImportRefused } from './faults.ts';
import type { Reading } from './read-files.ts';
import { findMisfits } from './refunded-orders.ts';
import { findRelabelled } from './relabelled-orders.ts';
import type { Difference, Shelf, Stored } from './shelf.ts';
import { CUSTOMERS } from './stored-customers.ts';
import { ORDERS } from './stored-orders.ts';

/**
 * Writes what was read without fault. Customers before orders and each in id order, as everything else takes rows, so that
 * writers do not wait for each other in a circle.
 *
 * @param now milliseconds.
 * @param progress is told how many rows are done.
 * @throws ImportRefused when an order was refunded since it was compared: then the transaction has to be given up.
 */
export async function writeRecords(
  tx: Tx,
  reading: Reading,
  now: number,
  progress: (done: number) => void,
): Promise<ImportCounts> {
  let done = 0;
  const put = async <Row extends Stored>(shelf: Shelf<Row>, difference: Difference<Row>): Promise<void> => {
    const { inserted, updated, unchanged } = difference;
    const rows = [...inserted, ...updated].map((row) => ({ ...row, version: 1, created_at: now, updated_at: now }));
    if (rows.length > 0) await shelf.put(tx, rows);
    progress((done += rows.length + unchanged));
  };
  const customers = await visitDifferences(tx, CUSTOMERS, reading.customers, (each) => put(CUSTOMERS, each));
  const orders = await visitDifferences(tx, ORDERS, reading.orders, async (each) => {
    const [foreign] = await findRelabelled(tx, each.updated, reading.currency);
    if (foreign)
      throw new ImportRefused('conflict', `Order ${foreign.id} got another currency meanwhile. Import again.`);
    await put(ORDERS, each);
    // The rows are this transaction's by now: a refund came before, and is seen, or waits until its plan is stale.
    const [misfit] = await findMisfits(tx, each.updated);
    if (misfit) throw new ImportRefused('conflict', `Order ${misfit.id} was refunded meanwhile. Import again.`);
  });
  return { customers, orders };
}
