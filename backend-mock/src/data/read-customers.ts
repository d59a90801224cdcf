import { customerRow } from '../customers/customers-repository.ts';
import type { CustomersTable } from '../database/records-schema.ts';
import type { Columns } from './csv-file.ts';
import type { Row } from './row.ts';

/** Northwind's columns, and one that it lacks. */
export const CUSTOMER_COLUMNS: Columns = {
  required: [
    'CustomerID',
    'CompanyName',
    'ContactName',
    'ContactTitle',
    'Address',
    'City',
    'Region',
    'PostalCode',
    'Country',
    'Phone',
    'Fax',
  ],
  optional: ['Email'],
};

/** @returns undefined when something in the row is a fault. Version and times are given when it is written. */
export function readCustomer(row: Row): CustomersTable | undefined {
  const customer = {
    id: row.ownId('CustomerID') ?? '',
    version: 1,
    companyName: row.requiredText('CompanyName'),
    contactName: row.text('ContactName'),
    contactTitle: row.text('ContactTitle'),
    address: row.text('Address'),
    city: row.text('City'),
    region: row.text('Region'),
    postalCode: row.text('PostalCode'),
    country: row.text('Country'),
    phone: row.text('Phone'),
    fax: row.text('Fax'),
    email: row.text('Email'),
  };
  return row.faulty ? undefined : customerRow(customer, 0);
}
