import { describe } from '@jest/globals';
import { ENGINES, useStores } from '../support/engines.ts';
import { auditSuite } from './audit.suite.ts';
import { auditErasureSuite } from './audit-erasure.suite.ts';
import { auditFollowSuite } from './audit-follow.suite.ts';
import { auditQuerySuite } from './audit-query.suite.ts';
import { auditSearchSuite } from './audit-search.suite.ts';
import { clientsMigrationSuite } from './clients-migration.suite.ts';
import { clockSuite } from './clock.suite.ts';
import { transactionsSuite } from './database.suite.ts';
import { entryWritersSuite } from './entry-writers.suite.ts';
import { housekeepingSuite } from './housekeeping.suite.ts';
import { idempotencySuite } from './idempotency.suite.ts';
import { limitsSuite } from './limits.suite.ts';
import { logRestoredSuite } from './log-restored.suite.ts';
import { logSequencerSuite } from './log-sequencer.suite.ts';
import { logWatchSuite } from './log-watch.suite.ts';
import { migrationsSuite } from './migrations.suite.ts';
import { namesMigrationSuite } from './names-migration.suite.ts';
import { noncesSuite } from './nonces.suite.ts';
import { policyHistorySuite } from './policy-history.suite.ts';
import { policyPageSuite } from './policy-page.suite.ts';
import { refusalCountsSuite } from './refusal-counter.suite.ts';

/** What every call leaves in the store: one suite, on both engines. */
describe.each(ENGINES)('on %s', (engine) => {
  const stores = useStores(engine);
  describe('migrations [store.engines, store.newer]', () => migrationsSuite(stores));
  describe('a store of the version before client ids had owners [principal.upgrade]', () =>
    clientsMigrationSuite(stores));
  describe('a store of the version before entries had names [store.frozen-migrations]', () =>
    namesMigrationSuite(stores));
  describe('transactions [store.engines]', () => transactionsSuite(stores));
  describe('the time that decides [store.clock]', () => clockSuite(stores));
  describe('nonces [repeat.replayed, limit.lasting]', () => noncesSuite(stores));
  describe('limits [limit.rates, limit.lasting]', () => limitsSuite(stores));
  describe('keeping house [house.beside-calls, house.backlog]', () => housekeepingSuite(stores));
  describe('idempotency keys [repeat.in-flight]', () => idempotencySuite(stores));
  describe('the audit log [law.record-before-effect]', () => auditSuite(stores));
  describe('the search in the audit log [store.engines]', () => auditSearchSuite(stores));
  describe('questions to the audit log [audit.questions]', () => auditQuerySuite(stores));
  describe('threads through the audit log [audit.questions]', () => auditFollowSuite(stores));
  describe('payloads of the audit log [audit.erasure]', () => auditErasureSuite(stores));
  describe('what policy counts [policy.history]', () => policyHistorySuite(stores));
  describe('the page of the policy [store.engines]', () => policyPageSuite(stores));
  describe('the sequencer [log.sequenced, log.one-history, log.copies, log.one-key]', () => logSequencerSuite(stores));
  describe('who wrote an entry [log.writers, log.forged, log.missing, log.adopted, policy.proven, cli.log-key]', () =>
    entryWritersSuite(stores));
  describe('a restored store [log.restored]', () => logRestoredSuite(stores));
  describe('a log that is watched [log.watched, log.missing]', () => logWatchSuite(stores));
  describe('refusals of the unidentified [law.noise-counted]', () => refusalCountsSuite(stores));
});
