import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../src/database/migrate.ts';
import type { Stores } from '../support/engines.ts';

const BEFORE = '0009-stops-by-policy';

/** Entries as they were written before they had names, with what was kept beside them, and the names that they get. */
const WRITTEN = [
  {
    entry: { decision: 'allow', rules: ['bounded'], person: null, task: null, details: {} },
    arguments: { ticketId: '1842', taskId: 7, untrusted: { customerId: 'NOT-A-NAME' } },
    result: { orders: [{ orderId: '501' }], customer: { customerId: 'ANNA' } },
    names: ['resource customer:ANNA', 'resource order:501', 'resource ticket:1842', 'rule bounded'],
  },
  {
    entry: { decision: null, rules: [], person: 'p_1', task: 't1', details: { person: 'p_2', invitationId: 'i1' } },
    arguments: { resourceType: 'article', resourceId: 'a-b', exportId: 'e1' },
    result: { type: 'unknown', id: '1', slug: `a${String.fromCodePoint(7)}b` },
    names: [
      'decision none',
      'export e1',
      'invitation i1',
      'person p_1',
      'person p_2',
      'resource article:a-b',
      'task t1',
    ],
  },
  {
    entry: { decision: 'deny', rules: ['r', 'r'], person: null, task: null },
    arguments: null,
    result: null,
    names: ['decision deny', 'rule r'],
  },
] as const;

/** What a store becomes follows from the migration alone: what is named today may be named otherwise. */
export function namesMigrationSuite(stores: Stores): void {
  test('entries get the names that they got when the migration was made', async () => {
    const store = stores.open(await stores.freshLocation({ empty: true }));
    await migrate(store, BEFORE);
    for (const [at, { entry, arguments: args, result }] of WRITTEN.entries()) {
      const id = `entry-${at}`;
      await sql`insert into audit_entries (audit_id, time, tool, entry)
        values (${id}, ${at + 1}, 'tool', ${JSON.stringify(entry)})`.execute(store.db);
      if (args === null) continue;
      await sql`insert into audit_payloads (audit_id, salt, arguments, result)
        values (${id}, 's', ${JSON.stringify(args)}, ${JSON.stringify(result)})`.execute(store.db);
    }
    await migrate(store);
    const rows = await store.db.selectFrom('audit_names').selectAll().execute();
    for (const [at, { names }] of WRITTEN.entries()) {
      const found = rows.filter(({ time }) => time === at + 1).map(({ kind, name }) => `${kind} ${name}`);
      expect(found.toSorted()).toEqual(names);
    }
  });
}
