import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { loadFixtures } from '../../src/start/load-fixtures.ts';
import { requireEnvironment } from '../../src/start/require-environment.ts';
import type { Stores } from '../support/engines.ts';
import { countOf, entriesOf, snapshot } from './stored-rows.ts';

const SHIPPED = join(import.meta.dirname, '..', '..', 'fixtures');
const ENVIRONMENT = 'development';
const NOTHING = { customers: 0, orders: 0, tickets: 0 };

/** What an empty store begins with. */
export function fixturesSuite(stores: Stores): void {
  let store: Database;

  beforeEach(async () => {
    store = await stores.fresh();
    await requireEnvironment(store, ENVIRONMENT);
  });

  const load = (folder = SHIPPED): ReturnType<typeof loadFixtures> => loadFixtures(store, ENVIRONMENT, folder);

  /** A fixtures folder with other tickets. */
  const folderWith = async (tickets: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'deputies-fixtures-'));
    stores.defer(() => rm(folder, { recursive: true, force: true }));
    for (const name of ['customers.csv', 'orders.csv']) await copyFile(join(SHIPPED, name), join(folder, name));
    await writeFile(join(folder, 'tickets.json'), tickets);
    return folder;
  };

  test('all of them with an entry each, once', async () => {
    expect(await load()).toEqual({ articles: 1, customers: 50, orders: 200, tickets: 60 });
    const entries = await entriesOf(store);
    expect(entries.map(({ tool }) => tool)).toEqual(Array.from({ length: 3 }, () => 'data.load_fixture'));
    expect(entries.slice(1).map(({ details }) => details)).toMatchObject([
      { customers: { inserted: 50 }, orders: { inserted: 200 }, currency: 'EUR' },
      { tickets: 60 },
    ]);
    const before = await snapshot(store);
    expect(await load()).toEqual({ articles: 0, ...NOTHING });
    expect(await snapshot(store)).toEqual(before);
  });

  test('threads are whole and in order', async () => {
    await load();
    const rows = await store.db
      .selectFrom('ticket_messages')
      .selectAll()
      .orderBy('ticket_id')
      .orderBy('position')
      .execute();
    const threads = [...Map.groupBy(rows, (row) => row.ticket_id).values()];
    expect(threads).toHaveLength(60);
    for (const thread of threads) {
      expect(thread.map(({ position }) => position)).toEqual(thread.map((_, index) => index + 1));
      expect(thread.map((row) => row.created_at)).toEqual(
        thread.map((row) => row.created_at).toSorted((a, b) => a - b),
      );
      expect(thread[0]?.source).toBe('customer');
    }
    const ticket = await store.db.selectFrom('tickets').selectAll().where('id', '=', '1842').executeTakeFirstOrThrow();
    const thread = rows.filter((row) => row.ticket_id === '1842');
    expect(ticket).toMatchObject({ created_at: thread[0]?.created_at, updated_at: thread.at(-1)?.created_at });
  });

  test('a store that has customers gets articles alone', async () => {
    const row = { id: 'X', version: 1, company_name: 'Own', search_text: 'own', created_at: 1, updated_at: 1 };
    const empty = {
      contact_name: null,
      contact_title: null,
      address: null,
      city: null,
      region: null,
      postal_code: null,
    };
    await store.db
      .insertInto('customers')
      .values({ ...row, ...empty, country: null, phone: null, fax: null, email: null })
      .execute();
    expect(await load()).toEqual({ articles: 1, ...NOTHING });
    expect(await countOf(store, 'tickets')).toBe(0);
  });

  test('two processes that start at once load them once', async () => {
    const results = await Promise.all([load(), load()].map((each) => each.catch(() => ({ ...NOTHING }))));
    expect(results.map(({ tickets }) => tickets).toSorted((a, b) => a - b)).toEqual([0, 60]);
    expect(await countOf(store, 'customers')).toBe(50);
  });

  test('a fault in one file leaves nothing of any, and is named by its place', async () => {
    const folder = await folderWith('[\n  { "id": "1801" }\n]');
    await expect(load(folder)).rejects.toThrow(/tickets\.json, \/0\/customerId: /);
    expect([await countOf(store, 'customers'), await countOf(store, 'audit_entries')]).toEqual([0, 0]);
  });

  test('a folder may hold some of them, or none', async () => {
    const folder = await folderWith('[]');
    expect(await load(folder)).toEqual({ articles: 0, customers: 50, orders: 200, tickets: 0 });
    store = await stores.fresh();
    await requireEnvironment(store, ENVIRONMENT);
    expect(await load(join(folder, 'none'))).toEqual({ articles: 0, ...NOTHING });
  });
}
