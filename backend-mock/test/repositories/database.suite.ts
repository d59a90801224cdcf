import { beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { CommitUnknown } from '../../src/database/commit-unknown.ts';
import { Database, isLockTimeout, isUniqueViolation, type Tx } from '../../src/database/database.ts';
import { rememberNonce } from '../../src/nonces/nonces-repository.ts';
import type { Stores } from '../support/engines.ts';

const write = (tx: Tx, nonce: string): Promise<boolean> => rememberNonce(tx, 'key', nonce, 1);
const failure = (code: string): Error => Object.assign(new Error(code), { code });

const pragma = async (store: Database, name: string): Promise<unknown> => {
  const { rows } = await sql`pragma ${sql.raw(name)}`.execute(store.db);
  return Object.values(rows[0] ?? {})[0];
};
const lock = async (tx: Tx, key: string): Promise<void> => {
  await tx
    .updateTable('limits')
    .set((row) => ({ tat: row('tat', '+', 1) }))
    .where('key', '=', key)
    .execute();
};

export function transactionsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const written = async (): Promise<string[]> =>
    (await store.db.selectFrom('nonces').select('nonce').orderBy('nonce').execute()).map(({ nonce }) => nonce);

  test('all of a transaction happens or none of it', async () => {
    const failing = store.transaction(async (tx) => {
      await write(tx, 'lost');
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    await store.transaction((tx) => write(tx, 'kept'));
    expect(await written()).toEqual(['kept']);
  });

  test('inside a transaction the store cannot be used beside it', async () => {
    const outside = 'through that transaction alone';
    await expect(store.transaction(async () => store.db)).rejects.toThrow(outside);
    await expect(store.transaction(() => store.transaction(() => Promise.resolve()))).rejects.toThrow(outside);
    await expect(store.transaction(() => Promise.resolve('afterwards'))).resolves.toBe('afterwards');
    expect(await written()).toEqual([]);
  });

  test.each(['40001', '40P01'])('a transaction that the engine gave up (%s) runs again, from nothing', async (code) => {
    let runs = 0;
    const result = await store.transaction(async (tx) => {
      await write(tx, `run-${++runs}`);
      if (runs < 3) throw failure(code);
      return runs;
    });
    expect(result).toBe(3);
    expect(await written()).toEqual(['run-3']);
  });

  test.each([
    ['40P01', 3],
    ['40001', 3],
    ['23505', 1],
    ['55P03', 1],
  ])('a transaction that always fails with %s fails after %i runs', async (code, expected) => {
    let runs = 0;
    const failing = store.transaction(() => {
      runs++;
      return Promise.reject(failure(code));
    });
    await expect(failing).rejects.toMatchObject({ code });
    expect(runs).toBe(expected);
  });

  test('a row that exists is told from every other failure', async () => {
    const insert = store.db.insertInto('limits').values({ key: 'a', tat: 1 });
    await insert.execute();
    const taken = await insert.execute().catch((error: unknown) => error);
    expect([isUniqueViolation(taken), isLockTimeout(taken)]).toEqual([true, false]);
    const other = await sql`select nothing from nowhere`.execute(store.db).catch((error: unknown) => error);
    expect([isUniqueViolation(other), isLockTimeout(other)]).toEqual([false, false]);
  });

  if (stores.engine === 'sqlite') {
    test('what was answered survives the loss of power, and a second process waits for the writer', async () => {
      expect(await pragma(store, 'journal_mode')).toBe('wal');
      expect(await pragma(store, 'synchronous')).toBe(2);
      expect(await pragma(store, 'foreign_keys')).toBe(1);
      expect(await pragma(store, 'busy_timeout')).toBe(5000);
    });
  } else {
    test('two transactions that lock in opposite order both succeed', async () => {
      await store.db
        .insertInto('limits')
        .values(['a', 'b'].map((key) => ({ key, tat: 0 })))
        .execute();
      const barrier = Promise.withResolvers<void>();
      let waiting = 0;
      const cross = (first: string, second: string): Promise<void> =>
        store.transaction(async (tx) => {
          await sql`set local deadlock_timeout = '20ms'`.execute(tx);
          await lock(tx, first);
          if (++waiting === 2) barrier.resolve();
          await barrier.promise;
          await lock(tx, second);
        });
      await Promise.all([cross('a', 'b'), cross('b', 'a')]);
      const rows = await store.db.selectFrom('limits').selectAll().execute();
      expect(rows.map(({ tat }) => tat)).toEqual([2, 2]);
      expect(waiting).toBeGreaterThan(2);
    });

    test('limits of time hold in each transaction, whatever the address says of sessions', async () => {
      const address = new URL(await stores.freshLocation());
      address.searchParams.set('options', '-c lock_timeout=0 -c statement_timeout=0');
      const limits = await stores.open(address.href).transaction(async (tx) => {
        const { rows } = await sql`select current_setting('lock_timeout') as lock,
          current_setting('statement_timeout') as statement,
          current_setting('idle_in_transaction_session_timeout') as idle`.execute(tx);
        return rows;
      });
      expect(limits).toEqual([{ lock: '3s', statement: '15s', idle: '30s' }]);
    });

    test('a commit without an answer is looked up: kept, undone, or ended so that it cannot happen later', async () => {
      const lostOf = async (tx: Tx): Promise<CommitUnknown> => {
        const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
        return new CommitUnknown(new Error('Connection terminated'), rows[0]?.id);
      };
      const kept = await store.transaction(lostOf);
      expect(await store.outcomeOf(kept)).toBe('committed');
      let lost: CommitUnknown | undefined;
      const undone = store.transaction(async (tx) => {
        lost = await lostOf(tx);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(lost && (await store.outcomeOf(lost))).toBe('undone');
      const orphan = store.transaction(async (tx) => {
        lost = await lostOf(tx);
        await write(tx, 'orphan');
        // Nobody hears from this connection any more; it holds its row until it is ended.
        expect(await store.outcomeOf(lost)).toBe('undone');
      });
      await expect(orphan).rejects.toThrow();
      expect(await written()).toEqual([]);
    });

    test('a connection that breaks while nobody uses it is reported, and the next call opens another', async () => {
      const broken = Promise.withResolvers<Error>();
      const location = await stores.freshLocation();
      const fragile = new Database({ location, onIdleError: broken.resolve });
      stores.defer(() => fragile.close());
      await fragile.transaction((tx) => write(tx, 'before'));
      const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
      await others.execute(stores.open(location).db);
      expect(await broken.promise).toBeInstanceOf(Error);
      expect(await fragile.transaction((tx) => write(tx, 'after'))).toBe(true);
    });
  }
}
