import type { ExportField } from '@narrow-deputies/contracts/crm';
import { stringify } from 'csv-stringify/sync';
import { formulaSafe } from '../common/formula-safe.ts';
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
 * A CSV file (RFC 4180): a header, CRLF, UTF-8 with a byte-order mark, without which Excel reads another encoding. No cell
 * is a formula.
 */
export function exportCsv(rows: readonly ExportedCustomer[], fields: readonly ExportField[]): Buffer {
  const records = rows.map((row) => fields.map((field) => formulaSafe(VALUES[field](row))));
  const text = stringify([[...fields], ...records], { bom: true, record_delimiter: 'windows', quoted_string: true });
  return Buffer.from(text, 'utf8');
}
