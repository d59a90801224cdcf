import { commitRefund } from '../src/tools/commit-refund.ts';
import { refundReceipt } from './answers.ts';
import { describeCommit } from './commit.suite.ts';

describeCommit('commit_refund', {
  create: commitRefund,
  path: '/v1/tickets/commit_refund',
  receipt: refundReceipt,
});
