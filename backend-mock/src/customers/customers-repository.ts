import { foldForSearch } from '@narrow-deputies/contracts/crm';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

/** One customer; every text but the id came from outside. */
export interface Customer {
  readonly id: string;
  readonly version: number;
  readonly companyName: string;
  readonly contactName: string | null;
  readonly contactTitle: string | null;
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly phone: string | null;
  readonly fax: string | null;
  readonly email: string | null;
}

type Row = Tables['customers'];

const toCustomer = (row: Row): Customer => ({
  id: row.id,
  version: row.version,
  companyName: row.company_name,
  contactName: row.contact_name,
  contactTitle: row.contact_title,
  address: row.address,
  city: row.city,
  region: row.region,
  postalCode: row.postal_code,
  country: row.country,
  phone: row.phone,
  fax: row.fax,
  email: row.email,
});

/** A customer as a row; times in milliseconds. */
export const customerRow = (customer: Customer, now: number): Row => ({
  id: customer.id,
  version: customer.version,
  company_name: customer.companyName,
  contact_name: customer.contactName,
  contact_title: customer.contactTitle,
  address: customer.address,
  city: customer.city,
  region: customer.region,
  postal_code: customer.postalCode,
  country: customer.country,
  phone: customer.phone,
  fax: customer.fax,
  email: customer.email,
  search_text: [customer.id, customer.companyName, customer.contactName, customer.city, customer.country]
    .map((text) => foldForSearch(text ?? ''))
    .join('\n'),
  created_at: now,
  updated_at: now,
});

export async function findCustomer(tx: Tx, id: string): Promise<Customer | undefined> {
  const row = await tx.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toCustomer(row);
}

export async function findCustomers(tx: Tx, ids: readonly string[]): Promise<Customer[]> {
  if (ids.length === 0) return [];
  const rows = await tx.selectFrom('customers').selectAll().where('id', 'in', ids).orderBy('id').execute();
  return rows.map(toCustomer);
}

/** Whether a folded text stands somewhere in a customer's id, company, contact, city or country; `%` and `_` in it are letters. */
export function holdsWords(words: string): RawBuilder<boolean> {
  const pattern = `%${words.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`search_text like ${pattern} escape '\\'`;
}

/**
 * Customers in whose id, company, contact, city or country a text stands, in the order of their ids.
 *
 * @param words folded.
 * @param after the id that the page before ended with; '' for the first page.
 */
export async function searchCustomers(tx: Tx, words: string, after: string, limit: number): Promise<Customer[]> {
  const rows = await tx
    .selectFrom('customers')
    .selectAll()
    .where(holdsWords(words))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toCustomer);
}
