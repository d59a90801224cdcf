import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import {
  commitCreateTicketAnswer,
  commitCreateTicketArguments,
  planCreateTicketAnswer,
  planCreateTicketArguments,
  PRIORITIES,
  type CreateTicketPreview,
} from '@narrow-deputies/contracts/tickets';
import { digestOfBytes } from '@narrow-deputies/signing';
import * as z from 'zod';
import { Refusal } from '../common/refusal.ts';
import { findCustomer, type Customer } from '../customers/customers-repository.ts';
import type { Tx } from '../database/database.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import { textChanges } from './changes-since.ts';
import { appendMessage } from './messages-repository.ts';
import { labelCustomer } from './shown-ticket.ts';
import { insertNumberedTicket } from './tickets-repository.ts';

const CONTENT = 'note';

export const planCreateTicketContract: Contract<'plan_create_ticket'> = {
  name: 'plan_create_ticket',
  kind: 'plan',
  context: 'tickets',
  action: 'create',
  resourceType: 'ticket',
  scope: 'tickets:plan_create_ticket',
  roles: ['support-agent'],
  arguments: planCreateTicketArguments,
  output: planCreateTicketAnswer,
  sideEffects: ['Stores a plan with the exact text of one note.'],
  worstOutcome: 'A person is asked about a ticket that nobody needs, and rejects it.',
  ships: false,
  approval: 'none',
  money: null,
  record: '/customerId',
  shows: null,
  showsOutside: true,
  limits: { bodyBytes: 32 * 1024, depth: 4, perMinute: 30, burst: 15 },
  redaction: { customerId: 'keep', subject: 'digest', text: 'digest', priority: 'keep' },
};

export const commitCreateTicketContract: Contract<'commit_create_ticket'> = {
  name: 'commit_create_ticket',
  kind: 'commit',
  context: 'tickets',
  action: 'create',
  resourceType: 'ticket',
  scope: 'tickets:commit_create_ticket',
  roles: ['support-agent'],
  arguments: commitCreateTicketArguments,
  output: commitCreateTicketAnswer,
  sideEffects: ['One ticket with one internal note lies in the queue; the customer sees nothing of it.'],
  worstOutcome: 'A needless ticket lies in the queue until somebody closes it.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { planId: 'keep' },
};

const planned = z.strictObject({
  customerId: z.string(),
  subject: z.string(),
  priority: z.enum(PRIORITIES),
  textDigest: z.string(),
});

@Operation({ plan: planCreateTicketContract, commit: commitCreateTicketContract })
@Injectable()
export class CreateTicket implements WriteOperation {
  async plan(args: z.infer<typeof planCreateTicketArguments>, { tx }: OperationContext): Promise<Proposal> {
    const { customerId, subject, text, priority } = args;
    const found = await requireCustomer(tx, customerId);
    const bytes = Buffer.from(text);
    const keep: z.infer<typeof planned> = { customerId, subject, priority, textDigest: digestOfBytes(bytes) };
    const preview: CreateTicketPreview = {
      action: 'create_ticket',
      ...labelCustomer(found),
      subject,
      text,
      status: 'open',
      priority,
    };
    return {
      arguments: keep,
      contents: [{ name: CONTENT, bytes }],
      resources: [{ type: 'customer', id: found.id, version: found.version, pinned: true }],
      preview: preview as unknown as JsonObject,
    };
  }

  async apply(proposal: StoredProposal, { tx, now }: OperationContext): Promise<JsonObject> {
    const { customerId, subject, priority } = planned.parse(proposal.arguments);
    const text = (await proposal.content(CONTENT)).toString('utf8');
    const id = await insertNumberedTicket(tx, {
      version: 1,
      customerId,
      subject,
      status: 'open',
      priority,
      assignee: null,
      createdAt: now,
      updatedAt: now,
    });
    const { planId } = proposal;
    await appendMessage(tx, { id: randomUUID(), ticketId: id, kind: 'note', text, planId }, now);
    return { ticketId: id };
  }

  async changes(proposal: StoredProposal, { tx }: OperationContext): Promise<readonly ProblemDetail[]> {
    const found = await findCustomer(tx, planned.parse(proposal.arguments).customerId);
    const shown = proposal.preview['customer'] as JsonObject;
    return found ? textChanges('/customer', shown['untrusted'], labelCustomer(found).customer.untrusted) : [];
  }
}

async function requireCustomer(tx: Tx, id: string): Promise<Customer> {
  const customer = await findCustomer(tx, id);
  if (customer) return customer;
  throw new Refusal('not_found', { detail: 'There is no such customer. search_customers of crm-reader finds them.' });
}
