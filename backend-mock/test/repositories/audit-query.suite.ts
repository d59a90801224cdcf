import { beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import { searchEntries, searchStatement, type EntrySearch } from '../../src/audit/audit-search.ts';
import { AuditService } from '../../src/audit/audit.service.ts';
import type { EntryDraft } from '../../src/audit/entry.ts';
import { matchesGlob, matchingTools } from '../../src/audit/tool-patterns.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { auditNames } from '../../src/database/migrations/0010-audit-names.ts';
import { insertPlan } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makePlan, NOON } from '../support/rows.ts';

const DRAFT: EntryDraft = {
  tool: 'get_ticket',
  kind: 'read',
  outcome: 'succeeded',
  decision: 'allow',
  rules: ['reads-in-scope'],
  agent: 'support-agent',
  owner: 'p_owner',
};
const TICKET = { type: 'ticket', id: '1842' };

export function auditQuerySuite(stores: Stores): void {
  const audit = new AuditService(new Settings('development'));
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  /** Writes an entry that its request id names. */
  const record = (requestId: string, draft: Partial<EntryDraft> = {}, time = NOON): Promise<string> =>
    store.transaction((tx) => audit.record(tx, time, { ...DRAFT, requestId, ...draft }));
  const found = async (search: Partial<EntrySearch> = {}): Promise<string> =>
    (await store.transaction((tx) => searchEntries(tx, { limit: 10, ...search })))
      .map(({ entry }) => entry.requestId)
      .join('');
  const tools = (...patterns: string[]): Promise<string[]> => store.transaction((tx) => matchingTools(tx, patterns));

  test('entries are found by rule, record, decision, person, task, code, owner, client, run and plan', async () => {
    await record('a', { rules: ['small-refunds', 'daily-sum'], task: 'task-1' });
    await record('b', { arguments: { ticketId: '1842' }, client: 'ticket-handler' }, NOON + 1);
    await record('c', { outcome: 'refused', decision: 'deny', code: 'plan_stale', rules: ['check:x'] }, NOON + 2);
    await record('d', { kind: 'person', person: 'p_anna', owner: null, plan: 'plan-1' }, NOON + 3);
    await record('e', { outcome: 'pending', decision: 'require_approval', owner: 'p_else', run: 'run-1' }, NOON + 4);
    expect(await found({ rule: 'small-refunds' })).toBe('a');
    expect(await found({ rule: 'daily-sum', task: 'task-1' })).toBe('a');
    expect(await found({ rule: 'daily-sum', task: 'task-2' })).toBe('');
    expect(await found({ resource: TICKET })).toBe('b');
    expect(await found({ resource: { type: 'order', id: '1842' } })).toBe('');
    expect(await found({ decision: 'deny' })).toBe('c');
    expect(await found({ decision: 'require_approval' })).toBe('e');
    expect(await found({ decision: 'allow' })).toBe('dba');
    expect(await found({ code: 'plan_stale' })).toBe('c');
    expect(await found({ person: 'p_anna' })).toBe('d');
    expect(await found({ owner: 'p_else' })).toBe('e');
    expect(await found({ client: 'ticket-handler' })).toBe('b');
    expect(await found({ run: 'run-1' })).toBe('e');
    expect(await found({ plan: 'plan-1' })).toBe('d');
    expect(await found({ rule: 'reads-in-scope', from: NOON + 2, to: NOON + 3 })).toBe('d');
    expect(
      await found({ rule: 'reads-in-scope', resource: TICKET, agent: 'support-agent', outcome: 'succeeded' }),
    ).toBe('b');
  });

  test('a record is found wherever arguments, answer, details or plan name it, and by no text from outside', async () => {
    await record('a', { result: { customers: [{ customerId: 'ANNA', untrusted: { customerId: 'BERT' } }] } });
    await record('b', { details: { taskId: 't', resource: { type: 'ticket', id: '7' } } });
    await record('c', { resources: [{ type: 'customer', id: 'CARL' }] });
    await record('d', { arguments: { resourceType: 'ticket', resourceId: '7', personId: 'p_new' } });
    const about = (type: string, id: string): Promise<string> => found({ resource: { type, id } });
    expect(await about('customer', 'ANNA')).toBe('a');
    expect(await about('customer', 'BERT')).toBe('');
    expect(await about('ticket', '7')).toBe('db');
    expect(await about('customer', 'CARL')).toBe('c');
    expect(await found({ task: 't' })).toBe('b');
    expect(await found({ person: 'p_new' })).toBe('d');
  });

  test('a name that one of the engines could not store is left out, and the entry is written all the same', async () => {
    await record('a', { arguments: { ticketId: 'a\u0000b', orderId: 'x'.repeat(300), customerId: 'ok' } });
    expect(await found({ resource: { type: 'customer', id: 'ok' } })).toBe('a');
    const names = await store.db.selectFrom('audit_names').select('name').where('kind', '=', 'resource').execute();
    expect(names).toEqual([{ name: 'customer:ok' }]);
  });

  test('tools are found by patterns, several at once, in one order', async () => {
    await record('a', { tool: 'commit_refund' }, NOON);
    await record('b', { tool: 'plan_refund' }, NOON + 1);
    await record('c', { tool: 'commit_create_ticket' }, NOON + 2);
    await record('d', { tool: 'people.approve' }, NOON + 3);
    expect(await tools('commit_*')).toEqual(['commit_create_ticket', 'commit_refund']);
    expect(await tools('*refund', 'people.approve', 'no_such')).toEqual([
      'people.approve',
      'no_such',
      'commit_refund',
      'plan_refund',
    ]);
    expect(await tools('nothing*')).toEqual([]);
    expect(await found({ tools: await tools('commit_*') })).toBe('ca');
    expect(await found({ tools: await tools('*'), limit: 3 })).toBe('dcb');
    expect(await found({ tools: await tools('*'), rule: 'reads-in-scope' })).toBe('dcba');
    expect(await found({ tools: await tools('nothing*') })).toBe('');
    const many = [...Array.from({ length: 150 }, (_, at) => `tool_${at}`), 'plan_refund', 'people.approve'];
    expect(await found({ tools: many })).toBe('db');
  });

  test.each([
    { name: 'nothing', search: {} },
    { name: 'a rule', search: { rule: 'reads-in-scope' } },
    { name: 'several tools', search: { tools: ['get_ticket', 'list_tickets'] } },
    { name: 'an owner', search: { owner: 'p_owner' } },
  ])('pages by $name: nothing twice, nothing left out, though times tie and new entries come', async ({ search }) => {
    for (let at = 0; at < 9; at++) {
      await record(String(at), { tool: at % 2 === 0 ? 'get_ticket' : 'list_tickets' }, NOON + Math.floor(at / 4));
    }
    const pages: string[] = [];
    for (let before: number | undefined; ;) {
      const page = await store.transaction((tx) => searchEntries(tx, { ...search, limit: 2, before }));
      if (page.length === 0) break;
      pages.push(page.map(({ entry }) => entry.requestId).join(''));
      before = page.at(-1)?.position;
      await record('z', {}, NOON + 10);
    }
    expect(pages).toEqual(['87', '65', '43', '21', '0']);
    expect(await found({ ...search, before: 999_999 })).toBe('');
  });

  test('entries that are older than their names are named when the store is migrated', async () => {
    const plan = makePlan({ resources: [{ type: 'article', id: 'tea', version: 0 }] });
    await store.transaction((tx) => insertPlan(tx, plan, []));
    await record('a', { arguments: { ticketId: '1842' }, task: 'task-1', plan: plan.id, resources: plan.resources });
    for (let at = 0; at < 600; at++) await record('b', { rules: [`rule-${at}`], details: { taskId: `t-${at}` } });
    const namesOf = () => store.db.selectFrom('audit_names').selectAll().orderBy('position').orderBy('name').execute();
    const timesOf = () => store.db.selectFrom('audit_payloads').select(['audit_id', 'time']).execute();
    const before = { names: await namesOf(), times: await timesOf() };
    expect(before.names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['article:tea', 'ticket:1842', 't-599']),
    );
    await store.db.schema.dropTable('audit_names').execute();
    for (const index of ['audit_by_code', 'audit_payloads_by_time']) await store.db.schema.dropIndex(index).execute();
    await store.db.schema.alterTable('audit_payloads').dropColumn('time').execute();
    await store.db.schema.alterTable('plans').dropColumn('erased_at').execute();
    await auditNames(store.engine === 'postgres').up(store.db);
    expect({ names: await namesOf(), times: await timesOf() }).toEqual(before);
  });

  test('an entry larger than a log takes is refused, and nothing is written', async () => {
    const tooLarge = { details: { text: 'x'.repeat(65_000) }, arguments: { ticketId: '1' } };
    await expect(record('a', tooLarge)).rejects.toMatchObject({ name: 'AuditUnavailable' });
    for (const table of ['audit_entries', 'audit_payloads', 'audit_names'] as const) {
      expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([]);
    }
    await record('b', { details: { text: 'x'.repeat(64_000) } });
    expect(await found()).toBe('b');
  });

  if (stores.engine === 'sqlite') {
    describe('reads no more than it shows', () => {
      /** What SQLite would do. */
      const planOf = async (search: Partial<EntrySearch>): Promise<string> => {
        const statement = searchStatement({ limit: 3, ...search }, { time: 5, position: 5 });
        const { rows } = await sql<{ detail: string }>`explain query plan ${statement}`.execute(store.db);
        return rows.map(({ detail }) => detail).join('\n');
      };

      test.each<[string, Partial<EntrySearch>, string]>([
        ['nothing', {}, 'audit_by_time'],
        ['agent', { agent: 'a' }, 'audit_by_agent'],
        ['client', { client: 'a' }, 'audit_by_client'],
        ['outcome', { outcome: 'failed' }, 'audit_by_outcome'],
        ['code', { code: 'suspended' }, 'audit_by_code'],
        ['tool', { tools: ['a'] }, 'audit_by_tool'],
        ['tools', { tools: ['a', 'b'] }, 'audit_by_tool'],
        ['trace', { traceId: 'a' }, 'audit_by_trace'],
        ['owner', { owner: 'a' }, 'audit_by_owner'],
        ['rule', { rule: 'a' }, 'PRIMARY KEY (kind=? AND name=?'],
        ['record', { resource: TICKET }, 'PRIMARY KEY (kind=? AND name=?'],
        ['decision', { decision: 'deny' }, 'PRIMARY KEY (kind=? AND name=?'],
        ['rule and time', { rule: 'a', from: 5 }, 'PRIMARY KEY (kind=? AND name=? AND time>?'],
        ['agent and rule', { agent: 'x', rule: 'a' }, 'PRIMARY KEY (kind=? AND name=?'],
      ])('by %s', async (_name, search, index) => {
        const plan = await planOf(search);
        expect(plan).toContain(index);
        expect(plan).not.toMatch(/SCAN (entry|audit_entries|place|audit_names)(?! USING (COVERING )?INDEX)/);
      });

      test('distinct tools are read in steps', async () => {
        const { rows } = await sql<{ detail: string }>`explain query plan
          select min(entry.tool) from audit_entries as entry where entry.tool > 'a'`.execute(store.db);
        expect(rows.map(({ detail }) => detail).join()).toMatch(/SEARCH entry USING (COVERING )?INDEX audit_by_tool/);
      });
    });

    test('a pattern means what it says, in little time', () => {
      expect(
        ['commit_*', '*', 'commit_refund', 'commit_?efund', '*_r*d'].map((glob) => matchesGlob(glob, 'commit_refund')),
      ).toEqual([true, true, true, true, true]);
      expect(['commit', '*x', '?', 'commit_refund?', ''].map((glob) => matchesGlob(glob, 'commit_refund'))).toEqual([
        false,
        false,
        false,
        false,
        false,
      ]);
      expect(matchesGlob('*a'.repeat(60), 'a'.repeat(59))).toBe(false);
      const part = fc.constantFrom('a', 'b', '*', '?');
      const like = (glob: string): RegExp => new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      fc.assert(
        fc.property(fc.array(part, { maxLength: 6 }), fc.stringMatching(/^[ab]{0,8}$/), (parts, text) => {
          const glob = parts.join('');
          expect(matchesGlob(glob, text)).toBe(like(glob).test(text));
        }),
      );
    });
  }
}
