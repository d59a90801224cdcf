import { commitUpdateTicketAnswer, commitUpdateTicketArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitUpdateTicket = (backend: Pick<Backend, 'commitUpdateTicket'>): Tool =>
  defineTool({
    name: 'commit_update_ticket',
    title: 'Change a ticket as planned',
    description:
      'WRITES: makes the planned change. The user must confirm first. Answers pending_approval with a link while a ' +
      'person has not approved: give the user the link, do not call again until they decided. A repeat changes ' +
      'nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitUpdateTicketArguments,
    output: commitUpdateTicketAnswer,
    handler: ({ planId }, call) => backend.commitUpdateTicket({ planId }, call),
  });
