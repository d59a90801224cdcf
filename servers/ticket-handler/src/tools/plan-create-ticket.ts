import { planCreateTicketAnswer, planCreateTicketArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const planCreateTicket = (backend: Pick<Backend, 'planCreateTicket'>): Tool =>
  defineTool({
    name: 'plan_create_ticket',
    title: 'Plan a ticket',
    description: 'Plans an internal ticket for one customer; nothing is stored yet and the customer is not told.',
    kind: 'plan',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    input: planCreateTicketArguments,
    output: planCreateTicketAnswer,
    handler: (args, call) => backend.planCreateTicket(args, call),
  });
