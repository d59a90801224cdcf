import { planUpdateTicketAnswer, planUpdateTicketArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const planUpdateTicket = (backend: Pick<Backend, 'planUpdateTicket'>): Tool =>
  defineTool({
    name: 'plan_update_ticket',
    title: 'Plan a change of a ticket',
    description:
      'Plans a change of status, priority or assignee, or an internal note, and shows before and after; nothing ' +
      'changes yet and the customer is not told.',
    kind: 'plan',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    input: planUpdateTicketArguments,
    output: planUpdateTicketAnswer,
    handler: (args, call) => backend.planUpdateTicket(args, call),
  });
