import { sql } from 'kysely';
import type { CustomersTable } from '../database/records-schema.ts';
import type { Shelf } from './shelf.ts';

/** Where imported customers lie. */
export const CUSTOMERS: Shelf<CustomersTable> = {
  find: (store, ids) => store.selectFrom('customers').selectAll().where('id', 'in', ids).execute(),

  async put(tx, rows) {
    await tx
      .insertInto('customers')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          version: sql<number>`customers.version + 1`,
          company_name: row.ref('excluded.company_name'),
          contact_name: row.ref('excluded.contact_name'),
          contact_title: row.ref('excluded.contact_title'),
          address: row.ref('excluded.address'),
          city: row.ref('excluded.city'),
          region: row.ref('excluded.region'),
          postal_code: row.ref('excluded.postal_code'),
          country: row.ref('excluded.country'),
          phone: row.ref('excluded.phone'),
          fax: row.ref('excluded.fax'),
          email: row.ref('excluded.email'),
          search_text: row.ref('excluded.search_text'),
          updated_at: row.ref('excluded.updated_at'),
        })),
      )
      .execute();
  },
};
