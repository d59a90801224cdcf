import { commitReplyToCustomerAnswer, commitReplyToCustomerArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitReplyToCustomer = (backend: Pick<Backend, 'commitReplyToCustomer'>): Tool =>
  defineTool({
    name: 'commit_reply_to_customer',
    title: 'Send a planned reply',
    description:
      'WRITES: sends the planned reply to the customer. The user must confirm first. Answers pending_approval with ' +
      'a link while a person has not approved: give the user the link, do not call again until they decided. A ' +
      'repeat changes nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitReplyToCustomerArguments,
    output: commitReplyToCustomerAnswer,
    handler: ({ planId }, call) => backend.commitReplyToCustomer({ planId }, call),
  });
