import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import { currency } from '@narrow-deputies/contracts/crm';
import { flagsOf } from '@narrow-deputies/contracts/outside';
import {
  commitRefundAnswer,
  commitRefundArguments,
  planRefundAnswer,
  planRefundArguments,
  type RefundPreview,
} from '@narrow-deputies/contracts/tickets';
import * as z from 'zod';
import { findOrderOf } from '../customers/orders-repository.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import type { Resource } from '../plans/plan.ts';
import { orderChanges, seenOrder, seenTicket, seeTicket } from './changes-since.ts';
import { leftAfter } from './left-of-order.ts';
import { overpaid, requireOrder, seeOrder, wrongAmount, wrongCurrency } from './refundable-order.ts';
import { payBack } from './refunds-repository.ts';
import { customerOf, requireUnclosed } from './require-ticket.ts';
import { labelCustomer, labelSubject } from './shown-ticket.ts';
import { changesOf } from './ticket-moved.ts';

export const planRefundContract: Contract<'plan_refund'> = {
  name: 'plan_refund',
  kind: 'plan',
  context: 'tickets',
  action: 'refund',
  resourceType: 'ticket',
  scope: 'tickets:plan_refund',
  roles: ['support-agent'],
  arguments: planRefundArguments,
  output: planRefundAnswer,
  sideEffects: ['Stores a plan.'],
  worstOutcome: 'A person is asked for a refund that is not due, and rejects it.',
  ships: false,
  approval: 'none',
  money: '/amount',
  record: '/ticketId',
  shows: null,
  showsOutside: true,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { ticketId: 'keep', orderId: 'keep', amount: 'keep', currency: 'keep', reason: 'digest' },
};

export const commitRefundContract: Contract<'commit_refund'> = {
  name: 'commit_refund',
  kind: 'commit',
  context: 'tickets',
  action: 'refund',
  resourceType: 'ticket',
  scope: 'tickets:commit_refund',
  roles: ['support-agent'],
  arguments: commitRefundArguments,
  output: commitRefundAnswer,
  sideEffects: ["Part of what is left of one order's total is paid back to its customer."],
  worstOutcome: 'An approved refund that was not due is paid: of one order, and never more than is left of its total.',
  ships: false,
  approval: 'none',
  money: '/amount',
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { planId: 'keep' },
};

const planned = z.strictObject({
  ticketId: z.string(),
  customerId: z.string(),
  orderId: z.string(),
  amount: z.int(),
  currency,
  reason: z.string(),
  seen: z.strictObject({ ticket: seenTicket, order: seenOrder }),
});

@Operation({ plan: planRefundContract, commit: commitRefundContract })
@Injectable()
export class Refund implements WriteOperation {
  resources(args: z.infer<typeof planRefundArguments>): readonly Pick<Resource, 'type' | 'id'>[] {
    return [{ type: 'ticket', id: args.ticketId }];
  }

  async plan(args: z.infer<typeof planRefundArguments>, { tx }: OperationContext): Promise<Proposal> {
    const ticket = await requireUnclosed(tx, args.ticketId);
    const customer = await customerOf(tx, ticket);
    const order = await requireOrder(tx, customer.id, args.orderId);
    if (order.currency !== args.currency) throw wrongCurrency(order);
    const seen = { ticket: await seeTicket(tx, ticket), order: await seeOrder(tx, order) };
    const left = leftAfter(seen.order, args.amount);
    if (left === undefined) throw wrongAmount(order, seen.order);
    const { companyName, contactName } = customer;
    const preview: RefundPreview = {
      action: 'refund',
      ticketId: ticket.id,
      untrusted: labelSubject(ticket).untrusted,
      flags: flagsOf({ subject: ticket.subject, companyName, contactName }),
      customer: labelCustomer(customer).customer,
      orderId: order.id,
      refund: { amount: args.amount, currency: order.currency },
      orderTotal: { amount: order.total, currency: order.currency },
      refundedBefore: seen.order.refunded,
      refundedAfter: seen.order.refunded + args.amount,
      leftAfter: left,
      reason: args.reason,
    };
    const keep: z.infer<typeof planned> = { ...args, customerId: customer.id, seen };
    return {
      arguments: keep,
      contents: [],
      resources: [
        { type: 'ticket', id: ticket.id, version: ticket.version, pinned: true },
        { type: 'order', id: order.id, version: order.version },
      ],
      preview: preview as unknown as JsonObject,
    };
  }

  /** The order is as the plan saw it, so it says; what is left is added up again all the same, from the rows. */
  async apply(proposal: StoredProposal, { tx, now }: OperationContext): Promise<JsonObject> {
    const { ticketId, orderId, amount, currency: of, reason } = planned.parse(proposal.arguments);
    const { planId } = proposal;
    const refund = { amount, currency: of };
    const refundId = randomUUID();
    const left = await payBack(tx, { id: refundId, orderId, ticketId, planId, refund, reason }, now);
    if (left === undefined) throw overpaid(planId, await this.changes(proposal, { tx }));
    return { refundId, ticketId, orderId, refund, left };
  }

  async changes(
    { arguments: args, preview }: StoredProposal,
    { tx }: Pick<OperationContext, 'tx'>,
  ): Promise<readonly ProblemDetail[]> {
    const { ticketId, customerId, orderId, seen } = planned.parse(args);
    const order = await findOrderOf(tx, customerId, orderId);
    return [
      ...(await changesOf(tx, ticketId, seen.ticket, preview)),
      ...(order ? orderChanges(seen.order, await seeOrder(tx, order), order.currency) : []),
    ];
  }
}
