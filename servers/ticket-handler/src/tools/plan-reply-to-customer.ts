import { planReplyToCustomerAnswer, planReplyToCustomerArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const planReplyToCustomer = (backend: Pick<Backend, 'planReplyToCustomer'>): Tool =>
  defineTool({
    name: 'plan_reply_to_customer',
    title: 'Plan a reply to the customer',
    description:
      'Plans one public reply on a ticket; nothing is sent yet. A person sees this very text at approvalUrl ' +
      'first.',
    kind: 'plan',
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    input: planReplyToCustomerArguments,
    output: planReplyToCustomerAnswer,
    handler: (args, call) => backend.planReplyToCustomer(args, call),
  });
