import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import {
  getTicketArguments,
  getTicketOutput,
  MESSAGE_MAX,
  THREAD_MAX,
  TICKET_ORDERS_MAX,
  type GetTicketOutput,
} from '@narrow-deputies/contracts/tickets';
import type * as z from 'zod';
import { rfc3339 } from '../common/clock.ts';
import { recentOrders } from '../customers/orders-repository.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, ReadOperation } from '../operations/operation.ts';
import type { Resource } from '../plans/plan.ts';
import { countMessages, newestMessages } from './messages-repository.ts';
import { customerOf, requireTicket } from './require-ticket.ts';
import { showThread } from './shown-thread.ts';
import { labelCustomer, labelSubject } from './shown-ticket.ts';

export const getTicketContract: Contract<'get_ticket'> = {
  name: 'get_ticket',
  kind: 'read',
  context: 'tickets',
  action: 'read',
  resourceType: 'ticket',
  scope: 'tickets:get_ticket',
  roles: ['support-agent'],
  arguments: getTicketArguments,
  output: getTicketOutput,
  sideEffects: [],
  worstOutcome: 'The agent reads what one customer and the staff wrote on a ticket, with names and recent orders.',
  ships: false,
  approval: 'none',
  money: null,
  record: '/ticketId',
  shows: '',
  showsOutside: true,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 60, burst: 20 },
  redaction: { ticketId: 'keep' },
};

@Operation({ read: getTicketContract })
@Injectable()
export class GetTicket implements ReadOperation {
  resources(args: z.infer<typeof getTicketArguments>): readonly Pick<Resource, 'type' | 'id'>[] {
    return [{ type: 'ticket', id: args.ticketId }];
  }

  /** One ticket with its thread, its customer's names and the orders that could be paid back. */
  async read(args: z.infer<typeof getTicketArguments>, { tx }: OperationContext): Promise<JsonObject> {
    const ticket = await requireTicket(tx, args.ticketId);
    const { customer, flags } = labelCustomer(await customerOf(tx, ticket));
    // A text may shrink when runs of hidden characters are written out: read somewhat more than is shown.
    const newest = await newestMessages(tx, ticket.id, THREAD_MAX, 2 * MESSAGE_MAX);
    const output: GetTicketOutput = {
      ticketId: ticket.id,
      status: ticket.status,
      priority: ticket.priority,
      assignee: ticket.assignee,
      createdAt: rfc3339(ticket.createdAt),
      updatedAt: rfc3339(ticket.updatedAt),
      ...labelSubject(ticket),
      customer: { ...customer, flags },
      thread: showThread(newest),
      messageCount: await countMessages(tx, ticket.id),
      orders: (await recentOrders(tx, ticket.customerId, TICKET_ORDERS_MAX)).orders,
    };
    return output as unknown as JsonObject;
  }
}
