import { commitUpdateTicket } from '../src/tools/commit-update-ticket.ts';
import { updateReceipt } from './answers.ts';
import { describeCommit } from './commit.suite.ts';

describeCommit('commit_update_ticket', {
  create: commitUpdateTicket,
  path: '/v1/tickets/commit_update_ticket',
  receipt: updateReceipt,
});
