import { Refusal } from '../common/refusal.ts';
import { findCustomer, type Customer } from '../customers/customers-repository.ts';
import type { Tx } from '../database/database.ts';
import { findTicket, type Ticket } from './tickets-repository.ts';

/** @throws Refusal `not_found`. */
export async function requireTicket(tx: Tx, id: string): Promise<Ticket> {
  const ticket = await findTicket(tx, id);
  if (ticket) return ticket;
  throw new Refusal('not_found', { detail: 'There is no such ticket. list_tickets shows what there is.' });
}

/** @throws Refusal `not_found`, or `invalid_arguments` for a ticket that is closed: nothing more is done on it. */
export async function requireUnclosed(tx: Tx, id: string): Promise<Ticket> {
  const ticket = await requireTicket(tx, id);
  if (ticket.status !== 'closed') return ticket;
  throw new Refusal('invalid_arguments', {
    detail: 'This ticket is closed, and a closed ticket cannot be changed. A new matter takes plan_create_ticket.',
    errors: [{ pointer: '/ticketId', message: 'A ticket that is not closed.' }],
  });
}

/** The customer of a ticket, which the store does not let go while the ticket is there. */
export async function customerOf(tx: Tx, ticket: Ticket): Promise<Customer> {
  const customer = await findCustomer(tx, ticket.customerId);
  if (!customer) throw new Error(`Ticket ${ticket.id} has no customer.`);
  return customer;
}
