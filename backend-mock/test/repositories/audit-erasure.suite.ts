import { beforeEach, describe, expect, test } from '@jest/globals';
import { AuditService } from '../../src/audit/audit.service.ts';
import type { EntryDraft } from '../../src/audit/entry.ts';
import { erase, type Erasure, type ErasureSubject } from '../../src/audit/erasure.ts';
import { RefusalCounter } from '../../src/audit/refusal-counter.ts';
import { payloadDays, retainPayloads } from '../../src/audit/retention.ts';
import { Housekeeping } from '../../src/common/housekeeping.ts';
import { createLogger } from '../../src/common/logger.ts';
import { ABOUT_PEOPLE } from '../../src/database/about-people.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { insertInvitation, useInvitation } from '../../src/people/invitations/invitations-repository.ts';
import { insertPerson } from '../../src/people/people-repository.ts';
import type { PlanState } from '../../src/database/schema.ts';
import { contentsOf, findPlan, insertPlan } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makePerson, makePlan, MINUTE, NOON, OWNER } from '../support/rows.ts';
import { insertRecords } from '../support/ticket-rows.ts';

const DRAFT: EntryDraft = { tool: 'get_ticket', kind: 'read', outcome: 'succeeded', decision: 'allow' };
/** Tables that nobody said of what they hold of people; the migrations' own are none of them. */
const undeclared = (tables: readonly string[]): string[] =>
  tables.filter((name) => !Object.hasOwn(ABOUT_PEOPLE, name) && !name.startsWith('kysely_'));

const DAY = 24 * 60 * MINUTE;

export function auditErasureSuite(stores: Stores): void {
  const audit = new AuditService(new Settings('development'));
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(async (tx) => {
      await insertPerson(tx, OWNER, NOON);
      await insertPerson(tx, makePerson('else', ['owner']), NOON);
      await insertRecords(tx);
    });
  });
  const record = (auditId: string, draft: Partial<EntryDraft> = {}, time = NOON): Promise<string> =>
    store.transaction((tx) => audit.record(tx, time, { ...DRAFT, arguments: { say: auditId }, ...draft }, auditId));
  const left = async (): Promise<string[]> =>
    (await store.db.selectFrom('audit_payloads').select('audit_id').orderBy('audit_id').execute()).map(
      (row) => row.audit_id,
    );
  const erased = (of: ErasureSubject['of'], id: string): Promise<Erasure | undefined> =>
    store.transaction((tx) => erase(tx, NOON, { of, id }));
  const entries = () => store.db.selectFrom('audit_entries').selectAll().orderBy('position').execute();

  describe('erasing', () => {
    test("a person's: what their agents did, what they did, and what was said when they were invited", async () => {
      await record('agent', { owner: 'p_owner' });
      await record('act', { kind: 'person', person: 'p_owner' });
      await record('about', { kind: 'person', person: 'p_else', details: { personId: 'p_owner' } });
      await record('invited', { kind: 'person', person: 'p_else', details: { invitationId: 'i1', person: null } });
      await record('other', { owner: 'p_else' });
      await record('elsewhere', { kind: 'person', person: 'p_else', details: { invitationId: 'i2' } });
      await store.transaction(async (tx) => {
        const open = {
          secretDigest: 'x',
          name: 'Ann',
          roles: [],
          invitedBy: null,
          createdAt: NOON,
          expiresAt: NOON + 1,
        };
        await insertInvitation(tx, { id: 'i1', ...open, usedAt: null });
        await useInvitation(tx, 'i1', 'p_owner', NOON);
      });
      const before = await entries();
      expect(await erased('person', 'p_owner')).toMatchObject({ payloads: { count: 4 }, more: false });
      expect(await left()).toEqual(['elsewhere', 'other']);
      expect(await entries()).toEqual(before);
    });

    test("a customer's: by their id, a ticket, an order or a plan that names them", async () => {
      await record('id', { arguments: { customerId: 'ANNA' } });
      await record('ticket', { arguments: { ticketId: '1842' } });
      await record('order', { result: { orders: [{ orderId: '501' }] } });
      await record('shown', { result: { customers: [{ customerId: 'ANNA' }, { customerId: 'BERT' }] } });
      await record('plan', { resources: [{ type: 'customer', id: 'ANNA' }] });
      await record('bert', { arguments: { ticketId: '1843' } });
      await record('none');
      expect(await erased('customer', 'ANNA')).toMatchObject({ payloads: { count: 5 } });
      expect(await left()).toEqual(['bert', 'none']);
    });

    test("a plan's, and that of one entry", async () => {
      const plan = makePlan();
      await store.transaction((tx) => insertPlan(tx, plan, []));
      await record('a', { plan: plan.id });
      await record('b', { plan: 'another' });
      await record('c');
      expect(await erased('plan', plan.id)).toMatchObject({ payloads: { count: 1 } });
      expect(await erased('entry', 'c')).toMatchObject({ payloads: { count: 1 } });
      expect(await left()).toEqual(['b']);
    });

    test('every table of the store says what it holds of people', async () => {
      const found = (await store.db.introspection.getTables()).map(({ name }) => name).toSorted();
      expect(undeclared(found)).toEqual([]);
      expect(undeclared([...found, 'loyalty_cards'])).toEqual(['loyalty_cards']);
      expect(Object.keys(ABOUT_PEOPLE).filter((name) => !found.includes(name))).toEqual([]);
    });

    test('takes files that were exported for a person, or with a customer in them', async () => {
      const made = { client_id: 'crm-reader', row_count: 1, digest: 'd', created_at: NOON, expires_at: NOON + DAY };
      const file = { ...made, content: 'cm93cw', fetched_at: null, fetched_by: null };
      await store.db
        .insertInto('exports')
        .values([
          { ...file, id: 'theirs', plan_id: 'p1', owner_id: 'p_owner' },
          { ...file, id: 'with-anna', plan_id: 'p2', owner_id: 'p_else' },
          { ...file, id: 'other', plan_id: 'p3', owner_id: 'p_else' },
        ])
        .execute();
      await record('exported', { owner: 'p_else', plan: 'p2', resources: [{ type: 'customer', id: 'ANNA' }] });
      expect(await erased('person', 'p_owner')).toMatchObject({ exports: 1 });
      expect(await erased('customer', 'ANNA')).toMatchObject({ exports: 1 });
      const rows = await store.db.selectFrom('exports').select(['id', 'content']).orderBy('id').execute();
      expect(rows.map(({ id, content }) => [id, content])).toEqual([
        ['other', 'cm93cw'],
        ['theirs', null],
        ['with-anna', null],
      ]);
    });

    test('can be repeated, says of which places and times, and keeps why it was done', async () => {
      await record('a', { owner: 'p_owner' }, NOON);
      await record('b', { owner: 'p_owner' }, NOON + 5);
      await record('why', { tool: 'people.erase_payloads', kind: 'person', person: 'p_owner' }, NOON + 6);
      await store.db.updateTable('audit_entries').set({ log_index: 7 }).where('audit_id', '=', 'a').execute();
      await store.db.updateTable('audit_entries').set({ log_index: 8 }).where('audit_id', '=', 'b').execute();
      const range = { count: 2, from: NOON, to: NOON + 5, firstIndex: 7, lastIndex: 8 };
      expect((await erased('person', 'p_owner'))?.payloads).toEqual(range);
      const nothing = { count: 0, from: null, to: null, firstIndex: null, lastIndex: null };
      expect((await erased('person', 'p_owner'))?.payloads).toEqual(nothing);
      expect(await left()).toEqual(['why']);
    });

    test.each([
      ['person', 'p_nobody'],
      ['customer', 'NOBODY'],
      ['plan', 'none'],
      ['entry', 'none'],
    ] as const)('a %s that is not there is not taken for one without payloads', async (of, id) => {
      expect(await erased(of, id)).toBeUndefined();
    });

    test('takes what plans say that never had an effect; those that had or may have one keep it', async () => {
      const states: readonly PlanState[] = ['rejected', 'expired', 'revoked', 'stale', 'pending_approval', 'committed'];
      const plans = states.map((state) => makePlan({ id: state, state }));
      const late = makePlan({ id: 'late', state: 'released', expiresAt: NOON - 1 });
      const content = { name: 'draft', digest: 'd', bytes: Buffer.from('words') };
      await store.transaction(async (tx) => {
        for (const plan of [...plans, late]) await insertPlan(tx, plan, [content]);
        await insertPlan(tx, makePlan({ id: 'theirs', state: 'rejected', ownerId: 'p_else' }), [content]);
      });
      expect(await erased('person', 'p_owner')).toMatchObject({ plans: 5, openPlans: 1 });
      const said: Record<string, unknown> = {};
      await store.transaction(async (tx) => {
        for (const id of [...states, 'late', 'theirs']) {
          const plan = await findPlan(tx, id);
          said[id] = plan?.erasedAt ?? { preview: plan?.preview, ...(await contentsOf(tx, id)) };
          if (plan?.erasedAt !== null)
            expect([plan?.preview, plan?.arguments, plan?.digestInput]).toEqual([{}, {}, '']);
          if (plan?.erasedAt !== null) expect(await contentsOf(tx, id)).toEqual({});
        }
      });
      const kept = { preview: makePlan().preview, draft: 'words' };
      expect(said).toEqual({
        rejected: NOON,
        expired: NOON,
        revoked: NOON,
        stale: NOON,
        late: NOON,
        pending_approval: kept,
        committed: kept,
        theirs: kept,
      });
      expect(await erased('person', 'p_owner')).toMatchObject({ plans: 0, openPlans: 1 });
    });
  });

  describe('keeping payloads for a time', () => {
    const settings = (days: number | null): Settings => new Settings('development', { payloadDays: days });
    const retain = (days: number | null): Promise<number> => retainPayloads(store, audit, settings(days));
    const retentions = async (): Promise<Record<string, unknown>[]> =>
      (await entries())
        .map(({ entry }) => JSON.parse(entry) as { tool: string; details: Record<string, unknown> })
        .filter(({ tool }) => tool === 'audit.retention')
        .map(({ details }) => details);

    test('deletes older ones, says so in an entry, and leaves the newer ones and all entries', async () => {
      const now = await store.now(store.db);
      await record('old', {}, now - 3 * DAY);
      await record('older', {}, now - 4 * DAY);
      await record('new', {}, now - DAY);
      await store.db.updateTable('audit_entries').set({ log_index: 0 }).where('audit_id', '=', 'old').execute();
      const before = await entries();
      expect(await retain(2)).toBe(2);
      expect(await left()).toEqual(['new']);
      expect((await entries()).slice(0, 3)).toEqual(before);
      const times = { from: new Date(now - 4 * DAY).toISOString(), to: new Date(now - 3 * DAY).toISOString() };
      expect(await retentions()).toEqual([{ days: 2, count: 2, ...times, firstIndex: 0, lastIndex: 0 }]);
    });

    test('leaves no entry where there is nothing to delete, and deletes nothing by itself', async () => {
      await record('old', {}, NOON - 1000 * DAY);
      expect(await retain(null)).toBe(0);
      await record('now', {}, await store.now(store.db));
      expect(await retain(36_500)).toBe(0);
      expect(await left()).toEqual(['now', 'old']);
      expect(await retentions()).toEqual([]);
    });

    test('goes in small batches, each with its own entry', async () => {
      await store.transaction(async (tx) => {
        for (let at = 0; at < 1_201; at++) {
          await audit.record(tx, NOON - 1000 * DAY, { ...DRAFT, arguments: {} }, `old-${at}`);
        }
      });
      await record('new', {}, await store.now(store.db));
      expect(await retain(30)).toBe(1_201);
      expect(await left()).toEqual(['new']);
      expect((await retentions()).map(({ count }) => count)).toEqual([500, 500, 201]);
    });

    test('is part of keeping house, every minute', async () => {
      await record('old');
      const logger = createLogger('silent');
      const counter = new RefusalCounter(store, audit, logger);
      stores.defer(() => counter.onApplicationShutdown());
      await new Housekeeping(store, counter, logger, audit, settings(null)).run();
      expect(await left()).toEqual(['old']);
      await new Housekeeping(store, counter, logger, audit, settings(1)).run();
      expect(await left()).toEqual([]);
      expect(await retentions()).toMatchObject([{ days: 1, count: 1 }]);
    });

    test('of two replicas that keep house at once each payload is deleted by one, and counted once', async () => {
      await store.transaction(async (tx) => {
        for (let at = 0; at < 700; at++) await audit.record(tx, NOON, { ...DRAFT, arguments: {} }, `old-${at}`);
      });
      const totals = await Promise.all([retain(1), retain(1)]);
      expect(totals.reduce((sum, count) => sum + count, 0)).toBe(700);
      expect((await retentions()).reduce((sum, { count }) => sum + Number(count), 0)).toBe(700);
    });

    test.each([
      [undefined, null],
      ['', null],
      ['1', 1],
      ['36500', 36_500],
    ])('DEPUTIES_AUDIT_PAYLOAD_DAYS=%s is %s', (text, days) => expect(payloadDays(text)).toBe(days));

    test.each(['0', '-1', '1.5', '1e3', '36501', 'never', ' 3'])(
      'DEPUTIES_AUDIT_PAYLOAD_DAYS=%s is refused',
      (text) => {
        expect(() => payloadDays(text)).toThrow('whole number of days');
      },
    );
  });
}
