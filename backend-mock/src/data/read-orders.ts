import { orderRow } from '../customers/orders-repository.ts';
import type { OrdersTable } from '../database/records-schema.ts';
import type { Currency } from './amounts.ts';
import type { Columns } from './csv-file.ts';
import type { Row } from './row.ts';

/** Northwind's columns. */
export const ORDER_COLUMNS: Columns = {
  required: [
    'OrderID',
    'CustomerID',
    'OrderDate',
    'RequiredDate',
    'ShippedDate',
    'Freight',
    'ShipCity',
    'ShipCountry',
    'Total',
  ],
  optional: [],
};

/**
 * @param ownedBy is told the customer that the row names, whatever else is wrong with it.
 * @returns undefined when something in the row is a fault. Version and times are given when it is written.
 */
export function readOrder(
  row: Row,
  currency: Currency,
  ownedBy: (customerId: string) => void,
): OrdersTable | undefined {
  const id = row.ownId('OrderID') ?? '';
  const customerId = row.id('CustomerID');
  if (customerId !== undefined) ownedBy(customerId);
  const order = {
    id,
    version: 1,
    customerId: customerId ?? '',
    orderedOn: row.requiredDate('OrderDate'),
    requiredOn: row.date('RequiredDate'),
    shippedOn: row.date('ShippedDate'),
    shipCity: row.text('ShipCity'),
    shipCountry: row.text('ShipCountry'),
    freight: row.amount('Freight', currency),
    total: row.amount('Total', currency),
    currency: currency.code,
  };
  return row.faulty ? undefined : orderRow(order, 0);
}
