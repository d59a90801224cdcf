import { Module } from '@nestjs/common';
import { CreateTicket } from './create-ticket.ts';
import { GetTicket } from './get-ticket.ts';
import { ListTickets } from './list-tickets.ts';
import { Refund } from './refund.ts';
import { ReplyToCustomer } from './reply-to-customer.ts';
import { UpdateTicket } from './update-ticket.ts';

/** Support tickets: one line per capability. */
@Module({
  providers: [ListTickets, GetTicket, CreateTicket, UpdateTicket, ReplyToCustomer, Refund],
})
export class TicketsModule {}
