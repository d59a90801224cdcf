import { commitRefundAnswer, commitRefundArguments } from '@narrow-deputies/contracts/tickets';
import { defineTool, type Tool } from '@narrow-deputies/server-kit';
import type { Backend } from '../backend.ts';

export const commitRefund = (backend: Pick<Backend, 'commitRefund'>): Tool =>
  defineTool({
    name: 'commit_refund',
    title: 'Pay a planned refund',
    description:
      'WRITES: pays the planned refund. The user must confirm first. Answers pending_approval with a link while a ' +
      'person has not approved: give the user the link, do not call again until they decided. A repeat changes ' +
      'nothing.',
    kind: 'commit',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    input: commitRefundArguments,
    output: commitRefundAnswer,
    handler: ({ planId }, call) => backend.commitRefund({ planId }, call),
  });
