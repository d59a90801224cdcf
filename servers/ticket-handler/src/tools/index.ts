import type { Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';
import { commitCreateTicket } from './commit-create-ticket.ts';
import { commitRefund } from './commit-refund.ts';
import { commitReplyToCustomer } from './commit-reply-to-customer.ts';
import { commitUpdateTicket } from './commit-update-ticket.ts';
import { getTicket } from './get-ticket.ts';
import { listTickets } from './list-tickets.ts';
import { planCreateTicket } from './plan-create-ticket.ts';
import { planRefund } from './plan-refund.ts';
import { planReplyToCustomer } from './plan-reply-to-customer.ts';
import { planUpdateTicket } from './plan-update-ticket.ts';

/** Every tool of this server, in the order that hosts show. */
export const createTools = (backend: Backend): Tool[] => [
  listTickets(backend),
  getTicket(backend),
  planCreateTicket(backend),
  commitCreateTicket(backend),
  planUpdateTicket(backend),
  commitUpdateTicket(backend),
  planReplyToCustomer(backend),
  commitReplyToCustomer(backend),
  planRefund(backend),
  commitRefund(backend),
];
