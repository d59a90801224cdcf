import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import { PAGE_MAX } from '@narrow-deputies/contracts/crm';
import { listTicketsArguments, listTicketsOutput, type ListTicketsOutput } from '@narrow-deputies/contracts/tickets';
import * as z from 'zod';
import { rfc3339 } from '../common/clock.ts';
import { openCursor, sealCursor, type Listing } from '../common/cursors.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, ReadOperation } from '../operations/operation.ts';
import { labelSubject } from './shown-ticket.ts';
import { listTickets, type Ticket } from './tickets-repository.ts';

export const listTicketsContract: Contract<'list_tickets'> = {
  name: 'list_tickets',
  kind: 'read',
  context: 'tickets',
  action: 'list',
  resourceType: 'ticket',
  scope: 'tickets:list_tickets',
  roles: ['support-agent'],
  arguments: listTicketsArguments,
  output: listTicketsOutput,
  sideEffects: [],
  worstOutcome:
    'The agent learns which tickets there are, whose they are and what their subjects say, a page at a time.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: '/tickets',
  showsOutside: true,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 60, burst: 20 },
  redaction: {
    status: 'keep',
    priority: 'keep',
    assignee: 'keep',
    customerId: 'keep',
    limit: 'keep',
    cursor: 'digest',
  },
};

const position = z.strictObject({ createdAt: z.int(), id: z.string() });

@Operation({ read: listTicketsContract })
@Injectable()
export class ListTickets implements ReadOperation {
  /** One page, newest first; the cursor goes on with this very listing. */
  async read(args: z.infer<typeof listTicketsArguments>, context: OperationContext): Promise<JsonObject> {
    const { tx, now, principal } = context;
    const { cursor, ...wanted } = args;
    const { limit = PAGE_MAX, ...filter } = wanted;
    const listing: Listing = { principal, tool: listTicketsContract.name, arguments: wanted as JsonObject };
    const after = cursor === undefined ? undefined : await openCursor(tx, now, listing, cursor, position);
    const tickets = await listTickets(tx, filter, limit + 1, after);
    const page = tickets.slice(0, limit);
    const last = tickets.length > limit ? page.at(-1) : undefined;
    const output: ListTicketsOutput = {
      tickets: page.map(summaryOf),
      ...(last && { nextCursor: await sealCursor(tx, now, listing, { createdAt: last.createdAt, id: last.id }) }),
    };
    return output as unknown as JsonObject;
  }
}

const summaryOf = (ticket: Ticket): ListTicketsOutput['tickets'][number] => ({
  ticketId: ticket.id,
  status: ticket.status,
  priority: ticket.priority,
  assignee: ticket.assignee,
  customerId: ticket.customerId,
  createdAt: rfc3339(ticket.createdAt),
  updatedAt: rfc3339(ticket.updatedAt),
  ...labelSubject(ticket),
});
