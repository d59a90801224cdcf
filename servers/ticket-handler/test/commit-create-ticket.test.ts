import { commitCreateTicket } from '../src/tools/commit-create-ticket.ts';
import { createReceipt } from './answers.ts';
import { describeCommit } from './commit.suite.ts';

describeCommit('commit_create_ticket', {
  create: commitCreateTicket,
  path: '/v1/tickets/commit_create_ticket',
  receipt: createReceipt,
});
