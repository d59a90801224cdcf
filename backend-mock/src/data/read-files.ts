import type { CustomersTable, OrdersTable } from '../database/records-schema.ts';
import type { Currency } from './amounts.ts';
import { readCsv, type Columns, type CsvResult } from './csv-file.ts';
import { Remarks } from './faults.ts';
import type { ImportProgress } from './progress.ts';
import { CUSTOMER_COLUMNS, readCustomer } from './read-customers.ts';
import { ORDER_COLUMNS, readOrder } from './read-orders.ts';
import { Row, type RowContext } from './row.ts';

export interface Files {
  readonly customers?: string | undefined;
  readonly orders?: string | undefined;
}

/** One file as it was read. */
export interface FileRecords<Record> {
  readonly file: string;
  readonly read: number;
  readonly digest: string;
  /** In the order of their ids. */
  readonly rows: readonly Record[];
  /** On which line a record stands. */
  readonly lines: ReadonlyMap<string, number>;
}

/** A customer that an order names, and where. */
export interface NamedCustomer {
  readonly customerId: string;
  readonly file: string;
  readonly line: number;
}

/** What the files hold. As long as `faults` has any, rows may be missing. */
export interface Reading {
  readonly currency: Currency;
  readonly customers: FileRecords<CustomersTable> | undefined;
  readonly orders: FileRecords<OrdersTable> | undefined;
  /** Customers that orders name and the customers' file does not hold: the store has to know them. */
  readonly strangers: readonly NamedCustomer[];
  readonly faults: Remarks;
  readonly notes: Remarks;
}

type Parse<Record> = (row: Row) => Record | undefined;

/** Reads and checks the files alone; the store is not asked. @throws ImportRefused for a file that cannot be opened. */
export async function readFiles(files: Files, currency: Currency, progress: ImportProgress): Promise<Reading> {
  const reader = new FilesReader(progress);
  const { customers: customersFile, orders: ordersFile } = files;
  const customers =
    customersFile === undefined ? undefined : await reader.read(customersFile, CUSTOMER_COLUMNS, readCustomer);
  const isWhole = customersFile === undefined || customers !== undefined;
  const strangers: NamedCustomer[] = [];
  const parseOrder: Parse<OrdersTable> = (row) =>
    readOrder(row, currency, (customerId) => {
      // Of a file that broke off nobody knows whom it holds.
      if (!isWhole || customers?.lines.has(customerId) === true) return;
      strangers.push({ customerId, file: ordersFile ?? '', line: row.line });
    });
  const orders = ordersFile === undefined ? undefined : await reader.read(ordersFile, ORDER_COLUMNS, parseOrder);
  return { currency, customers, orders, strangers, faults: reader.faults, notes: reader.notes };
}

class FilesReader {
  readonly faults = new Remarks();
  readonly notes = new Remarks();
  readonly #repeated = new Map<string, string>();
  readonly #progress: ImportProgress;

  constructor(progress: ImportProgress) {
    this.#progress = progress;
  }

  async read<Record extends { readonly id: string }>(
    file: string,
    columns: Columns,
    parse: Parse<Record>,
  ): Promise<FileRecords<Record> | undefined> {
    const { faults, notes } = this;
    const context: RowContext = { file, faults, notes, lines: new Map(), repeated: this.#repeated };
    const rows: Record[] = [];
    const onRow = (line: number, cells: ReadonlyMap<string, string>): void => {
      const record = parse(new Row(context, line, cells));
      if (record !== undefined) rows.push(record);
    };
    const step = await this.#progress.beginFile(file);
    let result: CsvResult | undefined;
    try {
      result = await readCsv({ file, columns, faults, onRow, onBytes: step.at });
    } finally {
      step.end(result?.read);
    }
    rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    return result && { file, ...result, rows, lines: context.lines };
  }
}
