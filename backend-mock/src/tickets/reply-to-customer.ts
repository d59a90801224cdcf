import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import { flagsOf } from '@narrow-deputies/contracts/outside';
import {
  commitReplyToCustomerAnswer,
  commitReplyToCustomerArguments,
  planReplyToCustomerAnswer,
  planReplyToCustomerArguments,
  type ReplyPreview,
} from '@narrow-deputies/contracts/tickets';
import { digestOfBytes } from '@narrow-deputies/signing';
import * as z from 'zod';
import { findCustomer, type Customer } from '../customers/customers-repository.ts';
import { maskEmail } from '../customers/mask-contact.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import type { Resource } from '../plans/plan.ts';
import { seenTicket, seeTicket, textChanges } from './changes-since.ts';
import { appendMessage } from './messages-repository.ts';
import { customerOf, requireUnclosed } from './require-ticket.ts';
import { labelCustomer, labelSubject } from './shown-ticket.ts';
import { changesOf } from './ticket-moved.ts';
import { updateTicket } from './tickets-repository.ts';

const CONTENT = 'reply';

export const planReplyToCustomerContract: Contract<'plan_reply_to_customer'> = {
  name: 'plan_reply_to_customer',
  kind: 'plan',
  context: 'tickets',
  action: 'reply',
  resourceType: 'ticket',
  scope: 'tickets:plan_reply_to_customer',
  roles: ['support-agent'],
  arguments: planReplyToCustomerArguments,
  output: planReplyToCustomerAnswer,
  sideEffects: ['Stores a plan with the exact text of one reply.'],
  worstOutcome: 'A person is shown a reply that should not be sent, and rejects it.',
  ships: true,
  approval: 'none',
  money: null,
  record: '/ticketId',
  shows: null,
  showsOutside: true,
  limits: { bodyBytes: 32 * 1024, depth: 4, perMinute: 30, burst: 15 },
  redaction: { ticketId: 'keep', text: 'digest' },
};

export const commitReplyToCustomerContract: Contract<'commit_reply_to_customer'> = {
  name: 'commit_reply_to_customer',
  kind: 'commit',
  context: 'tickets',
  action: 'reply',
  resourceType: 'ticket',
  scope: 'tickets:commit_reply_to_customer',
  roles: ['support-agent'],
  arguments: commitReplyToCustomerArguments,
  output: commitReplyToCustomerAnswer,
  sideEffects: ['The planned bytes of one reply stand on the ticket, where its customer reads them.'],
  worstOutcome: 'A customer reads a reply that a person approved word for word, at the wrong time.',
  ships: true,
  approval: 'owner',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { planId: 'keep' },
};

const planned = z.strictObject({
  ticketId: z.string(),
  customerId: z.string(),
  contentDigest: z.string(),
  seen: seenTicket,
});

@Operation({ plan: planReplyToCustomerContract, commit: commitReplyToCustomerContract })
@Injectable()
export class ReplyToCustomer implements WriteOperation {
  resources(args: z.infer<typeof planReplyToCustomerArguments>): readonly Pick<Resource, 'type' | 'id'>[] {
    return [{ type: 'ticket', id: args.ticketId }];
  }

  async plan(args: z.infer<typeof planReplyToCustomerArguments>, { tx }: OperationContext): Promise<Proposal> {
    const ticket = await requireUnclosed(tx, args.ticketId);
    const customer = await customerOf(tx, ticket);
    const bytes = Buffer.from(args.text);
    const contentDigest = digestOfBytes(bytes);
    const seen = await seeTicket(tx, ticket);
    const { companyName, contactName } = customer;
    const preview: ReplyPreview = {
      action: 'reply_to_customer',
      ticketId: ticket.id,
      untrusted: labelSubject(ticket).untrusted,
      flags: flagsOf({ subject: ticket.subject, companyName, contactName }),
      to: addressee(customer),
      text: args.text,
      contentDigest,
      messagesBefore: seen.messages,
    };
    const keep: z.infer<typeof planned> = { ticketId: ticket.id, customerId: customer.id, contentDigest, seen };
    return {
      arguments: keep,
      contents: [{ name: CONTENT, bytes }],
      resources: [
        { type: 'ticket', id: ticket.id, version: ticket.version },
        // Whom the person saw the reply go to.
        { type: 'customer', id: customer.id, version: customer.version, pinned: true },
      ],
      preview: preview as unknown as JsonObject,
    };
  }

  async apply(proposal: StoredProposal, { tx, now }: OperationContext): Promise<JsonObject> {
    const { ticketId, contentDigest } = planned.parse(proposal.arguments);
    const { planId } = proposal;
    const messageId = randomUUID();
    const text = (await proposal.content(CONTENT)).toString('utf8');
    await appendMessage(tx, { id: messageId, ticketId, kind: 'reply', text, planId }, now);
    await updateTicket(tx, ticketId, {}, now);
    return { ticketId, messageId, contentDigest };
  }

  async changes({ arguments: args, preview }: StoredProposal, { tx }: OperationContext): Promise<ProblemDetail[]> {
    const { ticketId, customerId, seen } = planned.parse(args);
    const customer = await findCustomer(tx, customerId);
    const shown = preview['to'] as JsonObject;
    const now = customer && addressee(customer);
    return [
      ...(await changesOf(tx, ticketId, seen, preview)),
      ...(now ? textChanges('/customer', shown['untrusted'], now.untrusted) : []),
      ...(now ? textChanges('/customer', shown, { email: now.email }) : []),
    ];
  }
}

/** The ticket is the channel: a customer without an address reads it there. */
const addressee = (customer: Customer): ReplyPreview['to'] => ({
  ...labelCustomer(customer).customer,
  email: maskEmail(customer.email),
});
