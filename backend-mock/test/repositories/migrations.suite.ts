import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import { dropAll, migrate } from '../../src/database/migrate.ts';
import { rememberNonce } from '../../src/nonces/nonces-repository.ts';
import type { Stores } from '../support/engines.ts';
import { inTwoProcesses } from '../support/processes.ts';

/** Every table of the schema; a table that only one of the engines has would be missing here or there. */
const TABLES = [
  'api_tokens',
  'approvals',
  'articles',
  'audit_entries',
  'audit_names',
  'audit_payloads',
  'challenges',
  'clients',
  'console_sessions',
  'customers',
  'exports',
  'grant_keys',
  'idempotency',
  'invitations',
  'limits',
  'log_checkpoints',
  'log_tiles',
  'log_writers',
  'nonces',
  'orders',
  'passkeys',
  'people',
  'person_acts',
  'person_keys',
  'plan_contents',
  'plans',
  'policies',
  'refunds',
  'refusal_counts',
  'sequences',
  'settings',
  'suspensions',
  'tasks',
  'ticket_messages',
  'tickets',
];

const tablesOf = async (store: Database): Promise<string[]> =>
  (await store.db.introspection.getTables()).map(({ name }) => name).toSorted();

export function migrationsSuite(stores: Stores): void {
  test('a store that a newer version made is refused in words that say so, and left as it was [store.newer]', async () => {
    const store = await stores.fresh();
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', 'later')`.execute(store.db);
    stores.defer(async () => {
      await sql`delete from kysely_migration where name = '9999-future'`.execute(store.db);
    });
    await expect(migrate(store)).rejects.toThrow(
      /^This store was made by a newer version: it has 9999-future, and this version knows stores up to 00\d\d-/,
    );
  });

  const empty = async (): Promise<Database> => stores.open(await stores.freshLocation({ empty: true }));

  test('an empty store gets every table', async () => {
    const store = await empty();
    expect(await tablesOf(store)).toEqual([]);
    await migrate(store);
    expect(await tablesOf(store)).toEqual(TABLES);
  });

  test('migrating again changes nothing and keeps what is stored', async () => {
    const store = await empty();
    await migrate(store);
    await store.transaction((tx) => rememberNonce(tx, 'key', 'nonce', 1));
    await migrate(store);
    expect(await tablesOf(store)).toEqual(TABLES);
    expect(await store.db.selectFrom('nonces').selectAll().execute()).toHaveLength(1);
  });

  test('two processes that start together on an empty store both succeed', async () => {
    const location = await stores.freshLocation({ empty: true });
    expect(await inTwoProcesses(location, { name: 'migrate' })).toEqual([1, 1]);
    expect(await tablesOf(stores.open(location))).toEqual(TABLES);
  });

  if (stores.engine === 'postgres') {
    test('several replicas that migrate at once wait for one another', async () => {
      const location = await stores.freshLocation({ empty: true });
      await Promise.all(Array.from({ length: 4 }, () => migrate(stores.open(location))));
      expect(await tablesOf(stores.open(location))).toEqual(TABLES);
    });

    test('what migrations made can be dropped whole and made anew', async () => {
      const store = await stores.fresh();
      await dropAll(store);
      expect(await tablesOf(store)).toEqual([]);
      await migrate(store);
      expect(await tablesOf(store)).toEqual(TABLES);
    });
  }
}
