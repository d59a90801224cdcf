import { commitReplyToCustomer } from '../src/tools/commit-reply-to-customer.ts';
import { replyReceipt } from './answers.ts';
import { describeCommit } from './commit.suite.ts';

describeCommit('commit_reply_to_customer', {
  create: commitReplyToCustomer,
  path: '/v1/tickets/commit_reply_to_customer',
  receipt: replyReceipt,
});
