import { randomUUID } from 'node:crypto';
import { customerRow, type Customer } from '../../src/customers/customers-repository.ts';
import { orderRow, type Order } from '../../src/customers/orders-repository.ts';
import type { Tx } from '../../src/database/database.ts';
import { insertTicket, type Ticket } from '../../src/tickets/tickets-repository.ts';
import { NOON } from './rows.ts';

export const makeCustomer = (id: string, overrides: Partial<Customer> = {}): Customer => ({
  id,
  version: 1,
  companyName: `Company ${id}`,
  contactName: `Contact of ${id}`,
  contactTitle: null,
  address: null,
  city: null,
  region: null,
  postalCode: null,
  country: null,
  phone: null,
  fax: null,
  email: `somebody@${id.toLowerCase()}.example`,
  ...overrides,
});

export const makeOrder = (id: string, customerId: string, overrides: Partial<Order> = {}): Order => ({
  id,
  version: 1,
  customerId,
  orderedOn: '2026-10-01',
  requiredOn: null,
  shippedOn: null,
  shipCity: null,
  shipCountry: null,
  freight: 0,
  total: 1000,
  currency: 'EUR',
  ...overrides,
});

export const makeTicket = (id: string, customerId: string, overrides: Partial<Ticket> = {}): Ticket => ({
  id,
  version: 1,
  customerId,
  subject: `About ${id}`,
  status: 'open',
  priority: 'normal',
  assignee: null,
  createdAt: NOON,
  updatedAt: NOON,
  ...overrides,
});

export async function insertCustomers(tx: Tx, ...customers: readonly Customer[]): Promise<void> {
  for (const customer of customers) await tx.insertInto('customers').values(customerRow(customer, NOON)).execute();
}

export async function insertOrders(tx: Tx, ...orders: readonly Order[]): Promise<void> {
  for (const order of orders) await tx.insertInto('orders').values(orderRow(order, NOON)).execute();
}

export async function insertTickets(tx: Tx, ...tickets: readonly Ticket[]): Promise<void> {
  for (const ticket of tickets) await insertTicket(tx, ticket);
}

/** Stores two customers, `ANNA` and `BERT`, each with one order of 10.00 EUR and one ticket. */
export async function insertRecords(tx: Tx): Promise<void> {
  await insertCustomers(tx, makeCustomer('ANNA'), makeCustomer('BERT'));
  await insertOrders(tx, makeOrder('501', 'ANNA'), makeOrder('502', 'BERT'));
  await insertTickets(tx, makeTicket('1842', 'ANNA'), makeTicket('1843', 'BERT'));
}

/** Adds what a customer wrote, as the channel that brings it would. */
export async function insertMessage(tx: Tx, ticketId: string, position: number, body: string): Promise<void> {
  await tx
    .insertInto('ticket_messages')
    .values({
      id: randomUUID(),
      ticket_id: ticketId,
      position,
      source: 'customer',
      kind: 'message',
      body,
      plan_id: null,
      created_at: NOON + position,
    })
    .execute();
}
