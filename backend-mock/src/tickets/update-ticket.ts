import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import {
  ASSIGNEES,
  commitUpdateTicketAnswer,
  commitUpdateTicketArguments,
  planUpdateTicketAnswer,
  planUpdateTicketArguments,
  PRIORITIES,
  STATUSES,
  type UpdateTicketPreview,
} from '@narrow-deputies/contracts/tickets';
import { digestOfBytes } from '@narrow-deputies/signing';
import * as z from 'zod';
import { Refusal } from '../common/refusal.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, Proposal, StoredProposal, WriteOperation } from '../operations/operation.ts';
import type { Resource } from '../plans/plan.ts';
import { seenTicket, seeTicket } from './changes-since.ts';
import { appendMessage } from './messages-repository.ts';
import { requireUnclosed } from './require-ticket.ts';
import { labelSubject } from './shown-ticket.ts';
import { changesOf } from './ticket-moved.ts';
import { updateTicket, type Ticket } from './tickets-repository.ts';

const CONTENT = 'note';
const FIELDS = ['status', 'priority', 'assignee'] as const;

export const planUpdateTicketContract: Contract<'plan_update_ticket'> = {
  name: 'plan_update_ticket',
  kind: 'plan',
  context: 'tickets',
  action: 'update',
  resourceType: 'ticket',
  scope: 'tickets:plan_update_ticket',
  roles: ['support-agent'],
  arguments: planUpdateTicketArguments,
  output: planUpdateTicketAnswer,
  sideEffects: ['Stores a plan, with the exact text of a note if there is one.'],
  worstOutcome: 'A person is asked about a wrong change of one ticket, and rejects it.',
  ships: false,
  approval: 'none',
  money: null,
  record: '/ticketId',
  shows: null,
  showsOutside: true,
  limits: { bodyBytes: 32 * 1024, depth: 4, perMinute: 30, burst: 15 },
  redaction: { ticketId: 'keep', status: 'keep', priority: 'keep', assignee: 'keep', note: 'digest' },
};

export const commitUpdateTicketContract: Contract<'commit_update_ticket'> = {
  name: 'commit_update_ticket',
  kind: 'commit',
  context: 'tickets',
  action: 'update',
  resourceType: 'ticket',
  scope: 'tickets:commit_update_ticket',
  roles: ['support-agent'],
  arguments: commitUpdateTicketArguments,
  output: commitUpdateTicketAnswer,
  sideEffects: ["One ticket's status, priority or desk is another; a note for staff is added if there is one."],
  worstOutcome: 'A ticket stands in the wrong state or on the wrong desk until somebody puts it back.',
  ships: false,
  approval: 'none',
  money: null,
  record: null,
  shows: null,
  showsOutside: false,
  limits: { bodyBytes: 4096, depth: 4, perMinute: 30, burst: 15 },
  redaction: { planId: 'keep' },
};

const changes = z.strictObject({
  status: z.enum(STATUSES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  assignee: z.enum(ASSIGNEES).optional(),
});
type Changes = z.infer<typeof changes>;
const planned = z.strictObject({
  ticketId: z.string(),
  changes,
  noteDigest: z.string().nullable(),
  seen: seenTicket,
});

@Operation({ plan: planUpdateTicketContract, commit: commitUpdateTicketContract })
@Injectable()
export class UpdateTicket implements WriteOperation {
  resources(args: z.infer<typeof planUpdateTicketArguments>): readonly Pick<Resource, 'type' | 'id'>[] {
    return [{ type: 'ticket', id: args.ticketId }];
  }

  async plan(args: z.infer<typeof planUpdateTicketArguments>, { tx }: OperationContext): Promise<Proposal> {
    const ticket = await requireUnclosed(tx, args.ticketId);
    const made = realChanges(ticket, args);
    const bytes = args.note === undefined ? undefined : Buffer.from(args.note);
    const keep: z.infer<typeof planned> = {
      ticketId: ticket.id,
      changes: made,
      noteDigest: bytes ? digestOfBytes(bytes) : null,
      seen: await seeTicket(tx, ticket),
    };
    const preview: UpdateTicketPreview = {
      action: 'update_ticket',
      ticketId: ticket.id,
      ...labelSubject(ticket),
      changes: FIELDS.flatMap((field) => {
        const after = made[field];
        return after === undefined ? [] : [{ field, before: ticket[field], after }];
      }),
      note: args.note ?? null,
    };
    return {
      arguments: keep as JsonObject,
      contents: bytes ? [{ name: CONTENT, bytes }] : [],
      resources: [{ type: 'ticket', id: ticket.id, version: ticket.version }],
      preview: preview as unknown as JsonObject,
    };
  }

  async apply(proposal: StoredProposal, { tx, now }: OperationContext): Promise<JsonObject> {
    const { ticketId, changes: made, noteDigest } = planned.parse(proposal.arguments);
    const { planId } = proposal;
    await updateTicket(tx, ticketId, made, now);
    const changed: string[] = FIELDS.filter((field) => made[field] !== undefined);
    if (noteDigest !== null) {
      const text = (await proposal.content(CONTENT)).toString('utf8');
      await appendMessage(tx, { id: randomUUID(), ticketId, kind: 'note', text, planId }, now);
      changed.push('note');
    }
    return { ticketId, changed };
  }

  changes(proposal: StoredProposal, { tx }: OperationContext): Promise<readonly ProblemDetail[]> {
    const { ticketId, seen } = planned.parse(proposal.arguments);
    return changesOf(tx, ticketId, seen, proposal.preview);
  }
}

/**
 * What of the wanted values is not there already.
 *
 * @throws Refusal `invalid_arguments` when that is nothing, and no note is added either.
 */
function realChanges(ticket: Ticket, wanted: z.infer<typeof planUpdateTicketArguments>): Changes {
  const { status, priority, assignee } = wanted;
  const made: Changes = {
    ...(status !== undefined && status !== ticket.status && { status }),
    ...(priority !== undefined && priority !== ticket.priority && { priority }),
    ...(assignee !== undefined && assignee !== ticket.assignee && { assignee }),
  };
  if (Object.keys(made).length > 0 || wanted.note !== undefined) return made;
  throw new Refusal('invalid_arguments', {
    detail: 'Nothing would change: the ticket has these values already. Name another value, or add a note.',
    errors: FIELDS.filter((field) => wanted[field] !== undefined).map((field) => ({
      pointer: `/${field}`,
      message: `It is ${ticket[field]} already.`,
    })),
  });
}
