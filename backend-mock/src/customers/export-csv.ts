import type { ExportField } from '@narrow-deputies/contracts/crm';
import { stringify } from 'csv-stringify/sync';
import type { Customer } from './customers-repository.ts';

/** One customer as an export sees them. */
export interface ExportedCustomer {
  readonly customer: Customer;
  readonly orderCount: number;
  /** `YYYY-MM-DD`; null for a customer without an order. */
  readonly lastOrderedOn: string | null;
}

const VALUES: Readonly<Record<ExportField, (row: ExportedCustomer) => string | number | null>> = {
  customerId: ({ customer }) => customer.id,
  companyName: ({ customer }) => customer.companyName,
  contactName: ({ customer }) => customer.contactName,
  contactTitle: ({ customer }) => customer.contactTitle,
  city: ({ customer }) => customer.city,
  region: ({ customer }) => customer.region,
  country: ({ customer }) => customer.country,
  email: ({ customer }) => customer.email,
  phone: ({ customer }) => customer.phone,
  orderCount: ({ orderCount }) => orderCount,
  lastOrderedOn: ({ lastOrderedOn }) => lastOrderedOn,
};

/**
 * Where a spreadsheet may see a formula: at the beginning of a cell, and behind what begins another cell or line to a
 * reader that divides at something else than commas, as Excel does at semicolons in much of Europe. Blanks, quotes and what
 * cannot be seen may stand before it; the signs count in every width.
 */
const FORMULA =
  /(^|[;\t\n\v\f\r\u0085\u2028\u2029])([[\s\p{Z}\p{C}\p{DI}"'＂＇]--[\t\n\v\f\r\u0085\u2028\u2029]]*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫−])/gv;

/**
 * An apostrophe before a sign says "this is text" to a spreadsheet; a telephone number that begins with + gets one too. The
 * library's own `escape_formulas` looks at a cell's very first character alone.
 */
const safe = (value: string | number | null): string | number | null =>
  typeof value === 'string' ? value.replaceAll(FORMULA, "$1'$2").replace(/^[\t\r\n]/, "'$&") : value;

/**
 * A CSV file (RFC 4180): a header, CRLF, UTF-8 with a byte-order mark, without which Excel reads another encoding. No cell
 * is a formula.
 */
export function exportCsv(rows: readonly ExportedCustomer[], fields: readonly ExportField[]): Buffer {
  const records = rows.map((row) => fields.map((field) => safe(VALUES[field](row))));
  const text = stringify([[...fields], ...records], { bom: true, record_delimiter: 'windows', quoted_string: true });
  return Buffer.from(text, 'utf8');
}
