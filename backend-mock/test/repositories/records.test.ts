import { describe } from '@jest/globals';
import { ENGINES, useStores } from '../support/engines.ts';
import { approvalsSuite } from './approvals.suite.ts';
import { decisionsSuite } from './approvals-service.suite.ts';
import { commitsSuite } from './commit.suite.ts';
import { peopleSuite } from './people.suite.ts';
import { plansSuite } from './plans.suite.ts';
import { refundsSuite } from './refunds.suite.ts';
import { resourceVersionsSuite } from './resource-versions.suite.ts';
import { ticketsSuite } from './tickets.suite.ts';
import { tokensSuite } from './tokens.suite.ts';

/** People, credentials, plans and what became of them: one suite, on both engines. */
describe.each(ENGINES)('on %s', (engine) => {
  const stores = useStores(engine);
  describe('people [store.engines]', () => peopleSuite(stores));
  describe('API tokens [store.engines]', () => tokensSuite(stores));
  describe('plans [plan.expiry, repeat.twin]', () => plansSuite(stores));
  describe('the guarded update of a commit [plan.once, plan.expiry]', () => commitsSuite(stores));
  describe('resource versions [plan.bound]', () => resourceVersionsSuite(stores));
  describe('approvals [store.engines]', () => approvalsSuite(stores));
  describe('what people decide [approval.owner, approval.reverified]', () => decisionsSuite(stores));
  describe('tickets and their threads [store.engines]', () => ticketsSuite(stores));
  describe('refunds [ticket.refund, ticket.own-order]', () => refundsSuite(stores));
});
