import { commitCreateTicketAnswer, commitCreateTicketArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitCreateTicket = (backend: Pick<Backend, 'commitCreateTicket'>): Tool =>
  defineTool({
    name: 'commit_create_ticket',
    title: 'Create a planned ticket',
    description:
      'WRITES: creates the planned ticket. The user must confirm first. Answers pending_approval with a link while ' +
      'a person has not approved: give the user the link, do not call again until they decided. A repeat changes ' +
      'nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitCreateTicketArguments,
    output: commitCreateTicketAnswer,
    handler: ({ planId }, call) => backend.commitCreateTicket({ planId }, call),
  });
