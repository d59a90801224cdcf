import { beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { countPerHour, lastUses } from '../../src/audit/audit-counts.ts';
import { searchEntries, type EntrySearch } from '../../src/audit/audit-search.ts';
import { AuditService } from '../../src/audit/audit.service.ts';
import type { EntryDraft } from '../../src/audit/entry.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { auditSearch } from '../../src/database/migrations/0005-audit-search.ts';
import { insertToken } from '../../src/grants/tokens-repository.ts';
import { insertPerson } from '../../src/people/people-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makeToken, MINUTE, NOON, OWNER } from '../support/rows.ts';

const DRAFT: EntryDraft = { tool: 'list_drafts', kind: 'read', outcome: 'succeeded', agent: 'publisher-agent' };
const HOUR = 60 * MINUTE;
const NOON_HOUR = NOON / HOUR;

export function auditSearchSuite(stores: Stores): void {
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

  test('finds entries by each of what they say, newest first', async () => {
    await record('a', { agent: 'support-agent' }, NOON);
    await record('b', { tool: 'get_ticket' }, NOON + 1);
    await record('c', { outcome: 'refused' }, NOON + 2);
    await record('d', { traceId: 'ab'.repeat(16) }, NOON + 3);
    expect(await found()).toBe('dcba');
    expect(await found({ agent: 'support-agent' })).toBe('a');
    expect(await found({ tools: ['get_ticket'] })).toBe('b');
    expect(await found({ outcome: 'refused' })).toBe('c');
    expect(await found({ traceId: 'ab'.repeat(16) })).toBe('d');
    expect(await found({ from: NOON + 1, to: NOON + 2 })).toBe('cb');
    expect(await found({ agent: 'publisher-agent', outcome: 'succeeded', to: NOON + 2 })).toBe('b');
    expect(await found({ agent: 'support-agent', outcome: 'refused' })).toBe('');
  });

  test('pages by position: nothing is shown twice or left out, though times tie and new entries come', async () => {
    for (const [id, time] of [
      ['a', 0],
      ['b', 5],
      ['c', 5],
      ['d', 5],
      ['e', 3],
      ['f', 9],
    ] as const) {
      await record(id, {}, NOON + time);
    }
    const pages: string[] = [];
    for (let before: number | undefined; ;) {
      const page = await store.transaction((tx) => searchEntries(tx, { limit: 2, before }));
      if (page.length === 0) break;
      pages.push(page.map(({ entry }) => entry.requestId).join(''));
      before = page.at(-1)?.position;
      await record('z', {}, NOON + 10);
    }
    expect(pages).toEqual(['fd', 'cb', 'ea']);
    expect(await found({ before: 999_999 })).toBe('');
  });

  test('counts calls and denials per agent and hour', async () => {
    await record('a', {}, NOON - 1);
    await record('b', { outcome: 'refused' }, NOON);
    await record('c', { outcome: 'failed' }, NOON + HOUR - 1);
    await record('d', { outcome: 'pending' }, NOON + 1);
    await record('e', { agent: 'support-agent' }, NOON + HOUR);
    await record('f', { agent: null }, NOON);
    await record('g', {}, NOON - 2 * HOUR);
    expect(await store.transaction((tx) => countPerHour(tx, NOON_HOUR - 1))).toEqual([
      { agent: 'publisher-agent', hour: NOON_HOUR - 1, calls: 1, denials: 0 },
      { agent: 'publisher-agent', hour: NOON_HOUR, calls: 3, denials: 2 },
      { agent: 'support-agent', hour: NOON_HOUR + 1, calls: 1, denials: 0 },
    ]);
  });

  test('a grant that was given is no call; one that was refused is a denial', async () => {
    await record('a', { tool: 'oauth.token', kind: 'grant' });
    expect(await store.transaction((tx) => countPerHour(tx, NOON_HOUR))).toEqual([]);
    await record('b', { tool: 'oauth.token', kind: 'grant', outcome: 'refused' });
    expect(await store.transaction((tx) => countPerHour(tx, NOON_HOUR))).toEqual([
      { agent: 'publisher-agent', hour: NOON_HOUR, calls: 1, denials: 1 },
    ]);
  });

  test('knows when each credential was used last', async () => {
    const [used, unused] = [makeToken(), makeToken({ keyid: 'u'.repeat(43) })];
    await store.transaction(async (tx) => {
      await insertPerson(tx, OWNER, NOON);
      for (const token of [used, unused]) await insertToken(tx, token);
    });
    await record('a', { keyid: used.keyid }, NOON + 7);
    await record('b', { keyid: used.keyid }, NOON + 5);
    await record('c', { keyid: 'o'.repeat(43) }, NOON + 9);
    expect([...(await store.transaction(lastUses))]).toEqual([[used.keyid, NOON + 7]]);
  });

  test('entries that are older than the search are found by it', async () => {
    await record('a', { agent: 'support-agent', keyid: 'k', traceId: 'ab'.repeat(16), outcome: 'refused' });
    await record('b', { agent: null });
    const columns = ['agent', 'outcome', 'keyid', 'trace_id'] as const;
    const before = await store.db.selectFrom('audit_entries').select(columns).orderBy('position').execute();
    for (const index of ['agent', 'tool', 'outcome', 'key', 'trace']) {
      await store.db.schema.dropIndex(`audit_by_${index}`).execute();
    }
    await store.db.schema.dropIndex('audit_by_time').execute();
    for (const column of columns) await store.db.schema.alterTable('audit_entries').dropColumn(column).execute();
    await store.db.schema.createIndex('audit_by_time').on('audit_entries').column('time').execute();
    await auditSearch.up(store.db);
    expect(await store.db.selectFrom('audit_entries').select(columns).orderBy('position').execute()).toEqual(before);
    expect(before[0]).toEqual({ agent: 'support-agent', outcome: 'refused', keyid: 'k', trace_id: 'ab'.repeat(16) });
  });

  if (stores.engine === 'sqlite') {
    describe('reads no more than it shows', () => {
      const planOf = async (query: string): Promise<string> => {
        const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(query)}`.execute(store.db);
        return rows.map(({ detail }) => detail).join('; ');
      };
      test.each([
        ["agent = 'a'", 'audit_by_agent'],
        ["tool = 'a' and time < 5", 'audit_by_tool'],
        ["outcome = 'refused'", 'audit_by_outcome'],
        ["trace_id = 'a'", 'audit_by_trace'],
        ['(time, position) < (5, 5)', 'audit_by_time'],
      ])('where %s', async (where, index) => {
        const plan = await planOf(
          `select position, entry from audit_entries where ${where} order by time desc, position desc limit 2`,
        );
        expect(plan).toContain(`USING INDEX ${index}`);
      });
    });
  }
}
