import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { currencyOrAssumed } from '../../src/data/amounts.ts';
import { NO_PROGRESS } from '../../src/data/progress.ts';
import { readFiles, type Files, type Reading } from '../../src/data/read-files.ts';

export const CUSTOMER_HEADER =
  'CustomerID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax';
export const ORDER_HEADER = 'OrderID,CustomerID,OrderDate,RequiredDate,ShippedDate,Freight,ShipCity,ShipCountry,Total';

const folder = mkdtempSync(join(tmpdir(), 'deputies-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** Writes a file of its own and answers its path. */
export function fileOf(content: string | Uint8Array, name = 'rows.csv'): string {
  const file = join(folder, `${++count}-${name}`);
  writeFileSync(file, content);
  return file;
}

/** A customers' file: rows of an id and a company name, all else empty. */
export const customersFile = (...rows: readonly (readonly [id: string, name: string])[]): string =>
  fileOf([CUSTOMER_HEADER, ...rows.map(([id, name]) => `${id},${name}${','.repeat(9)}`)].join('\n'), 'customers.csv');

/** An orders' file: rows of an id, a customer and a total. */
export const ordersFile = (...rows: readonly (readonly [id: string, customer: string, total: string])[]): string =>
  fileOf(
    [ORDER_HEADER, ...rows.map(([id, customer, total]) => `${id},${customer},2026-03-01,,,0,,,${total}`)].join('\n'),
    'orders.csv',
  );

export const readAll = (files: Files, currency?: string): Promise<Reading> =>
  readFiles(files, currencyOrAssumed(currency), NO_PROGRESS);

/** The faults of some files as `line column message`. */
export const faultsOf = async (files: Files, currency?: string): Promise<string[]> =>
  (await readAll(files, currency)).faults.listed.map(({ line, column, message }) =>
    [line, column, message].filter((part) => part !== undefined).join(' '),
  );
