import { EXPORT_ROWS_MAX, foldForSearch, type ExportFilter } from '@narrow-deputies/contracts/crm';
import type { Tx } from '../database/database.ts';
import { findCustomers, holdsWords } from './customers-repository.ts';
import type { ExportedCustomer } from './export-csv.ts';

/** Fewer than the parameters that either engine takes in one statement. */
const AT_ONCE = 500;

/** An id and the version that was seen. */
export interface Pinned {
  readonly id: string;
  readonly version: number;
}

/** The customers that a filter names; one more than an export may hold, at most. */
export async function findExportable(tx: Tx, filter: ExportFilter): Promise<Pinned[]> {
  let query = tx.selectFrom('customers').select(['id', 'version', 'city', 'country']).orderBy('id');
  const { orderedSince } = filter;
  if (orderedSince !== undefined) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('orders')
          .select('orders.id')
          .whereRef('orders.customer_id', '=', 'customers.id')
          .where('orders.ordered_on', '>=', orderedSince),
      ),
    );
  }
  const wanted = [folded('city', filter.city), folded('country', filter.country)].filter((one) => one !== undefined);
  // The store leaves out what cannot fit; whether a whole field is meant, it cannot say.
  for (const { words } of wanted) query = query.where(holdsWords(words));
  const rows = await query.execute();
  return rows
    .filter((row) => wanted.every(({ field, words }) => isSame(row[field], words)))
    .slice(0, EXPORT_ROWS_MAX + 1)
    .map(({ id, version }) => ({ id, version }));
}

const isSame = (stored: string | null, words: string): boolean => stored !== null && foldForSearch(stored) === words;

const folded = (
  field: 'city' | 'country',
  text: string | undefined,
): { field: typeof field; words: string } | undefined =>
  text === undefined ? undefined : { field, words: foldForSearch(text) };

/**
 * Customers by their ids, in the order of the ids given, with what an export says of their orders. An id that no customer
 * has is left out.
 */
export async function readExported(tx: Tx, ids: readonly string[]): Promise<ExportedCustomer[]> {
  const found = new Map<string, ExportedCustomer>();
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const orders = await tx
      .selectFrom('orders')
      .select(['customer_id', (of) => of.fn.countAll<number>().as('count'), (of) => of.fn.max('ordered_on').as('last')])
      .where('customer_id', 'in', some)
      .groupBy('customer_id')
      .execute();
    const byCustomer = new Map(orders.map((row) => [row.customer_id, row]));
    for (const customer of await findCustomers(tx, some)) {
      const own = byCustomer.get(customer.id);
      found.set(customer.id, { customer, orderCount: own?.count ?? 0, lastOrderedOn: own?.last ?? null });
    }
  }
  // Not in the store's order: how it sorts texts depends on the engine and its settings.
  return ids.flatMap((id) => found.get(id) ?? []);
}
