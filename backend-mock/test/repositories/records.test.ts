import { describe } from '@jest/globals';
import { ENGINES, useStores } from '../support/engines.ts';
import { approvalsSuite } from './approvals.suite.ts';
import { decisionsSuite } from './approvals-service.suite.ts';
import { enrolmentSuite } from './enrolment.suite.ts';
import { passkeyApprovalsSuite } from './passkey-approvals.suite.ts';
import { commitsSuite } from './commit.suite.ts';
import { cursorsSuite } from './cursors.suite.ts';
import { customersSuite } from './customers.suite.ts';
import { exportsSuite } from './exports.suite.ts';
import { ordersSuite } from './orders.suite.ts';
import { consoleSessionsSuite } from './console-sessions.suite.ts';
import { peopleSuite } from './people.suite.ts';
import { plansSuite } from './plans.suite.ts';
import { refundsSuite } from './refunds.suite.ts';
import { resourceVersionsSuite } from './resource-versions.suite.ts';
import { taskEvidenceSuite } from './task-evidence.suite.ts';
import { tasksSuite } from './tasks.suite.ts';
import { ticketsSuite } from './tickets.suite.ts';
import { tokensSuite } from './tokens.suite.ts';

/** People, credentials, plans and what became of them: one suite, on both engines. */
describe.each(ENGINES)('on %s', (engine) => {
  const stores = useStores(engine);
  describe('people [store.engines]', () => peopleSuite(stores));
  describe('sessions of the console [store.engines]', () => consoleSessionsSuite(stores));
  describe('API tokens [store.engines]', () => tokensSuite(stores));
  describe('plans [plan.expiry, repeat.twin]', () => plansSuite(stores));
  describe('the guarded update of a commit [plan.once, plan.expiry]', () => commitsSuite(stores));
  describe('resource versions [plan.bound]', () => resourceVersionsSuite(stores));
  describe('approvals [store.engines]', () => approvalsSuite(stores));
  describe('what people decide [approval.owner, approval.reverified]', () => decisionsSuite(stores));
  describe('what people decide with passkeys [approval.reverified, person.passkey]', () =>
    passkeyApprovalsSuite(stores));
  describe('invitations and passkeys [store.engines]', () => enrolmentSuite(stores));
  describe('customers and who is found [store.engines, crm.search]', () => customersSuite(stores));
  describe('orders of one customer [store.engines]', () => ordersSuite(stores));
  describe('sealed exports [store.engines, crm.export]', () => exportsSuite(stores));
  describe('cursors [store.engines, crm.cursor]', () => cursorsSuite(stores));
  describe('tickets and their threads [store.engines]', () => ticketsSuite(stores));
  describe('tasks [store.engines]', () => tasksSuite(stores));
  describe('what a task rests on [task.reverified]', () => taskEvidenceSuite(stores));
  describe('refunds [ticket.refund, ticket.own-order]', () => refundsSuite(stores));
});
