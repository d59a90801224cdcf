import { beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditService } from '../../src/audit/audit.service.ts';
import { RefusalCounter } from '../../src/audit/refusal-counter.ts';
import { Housekeeping } from '../../src/common/housekeeping.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { BATCH } from '../../src/database/due-rows.ts';
import { takeFromLimits } from '../../src/limits/limits-repository.ts';
import type { Stores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';

/** A quota whose limit is as good as unused a millisecond later. */
const FLEETING = { perMinute: 60_000, burst: 60_000 };
const HAMMERS = 8;
const CALLS = 60;

export function housekeepingSuite(stores: Stores): void {
  let location: string;
  let store: Database;
  let logger: RecordingLogger;
  beforeEach(async () => {
    location = await stores.freshLocation();
    store = stores.open(location);
    logger = new RecordingLogger();
  });

  const housekeeping = (database = store): Housekeeping => {
    const settings = new Settings('development');
    const audit = new AuditService(settings);
    const counter = new RefusalCounter(database, audit, logger);
    stores.defer(() => counter.onApplicationShutdown());
    return new Housekeeping(database, counter, logger, audit, settings);
  };
  const insertLimits = (keys: readonly string[]): Promise<unknown> =>
    store.db
      .insertInto('limits')
      .values(keys.map((key) => ({ key, tat: 1 })))
      .execute();
  const limitsLeft = async (): Promise<string[]> =>
    (await store.db.selectFrom('limits').select('key').orderBy('key').execute()).map(({ key }) => key);
  const insertNonces = async (count: number): Promise<void> => {
    for (let from = 0; from < count; from += 1_000) {
      const rows = Array.from({ length: Math.min(1_000, count - from) }, (_, at) => ({
        keyid: 'key',
        nonce: `nonce-${from + at}`,
        expires_at: 1,
      }));
      await store.db.insertInto('nonces').values(rows).execute();
    }
  };
  const noncesLeft = async (): Promise<number> =>
    (await store.db.selectFrom('nonces').select('nonce').execute()).length;

  test('works a backlog off that is longer than a batch', async () => {
    await insertNonces(2 * BATCH + 1);
    await housekeeping().run();
    expect(await noncesLeft()).toBe(0);
    expect(logger.messages).toEqual([]);
  });

  test('what fails for one kind keeps none of the others', async () => {
    await insertNonces(1);
    await insertLimits(['a']);
    await sql`alter table idempotency rename to somewhere_else`.execute(store.db);
    stores.defer(async () => {
      await sql`alter table somewhere_else rename to idempotency`.execute(store.db);
    });
    await housekeeping().run();
    expect([await noncesLeft(), await limitsLeft()]).toEqual([0, []]);
    expect(logger.messages).toMatchObject([{ level: 'warn', fields: { kind: 'idempotency keys' } }]);
  });

  if (stores.engine === 'postgres') {
    test('passes over what a call holds, and waits for nobody', async () => {
      await insertLimits(['a', 'b', 'c']);
      const waits = await store.transaction(async (tx) => {
        await tx.updateTable('limits').set({ tat: 2 }).where('key', '=', 'b').execute();
        await housekeeping(stores.open(location)).run();
        return tx.selectFrom('limits').select('key').execute();
      });
      expect(waits).toEqual([{ key: 'b' }]);
      await housekeeping().run();
      expect([await limitsLeft(), logger.messages]).toEqual([[], []]);
    });

    test('of several replicas one does a kind at a time, and nothing is left', async () => {
      await insertNonces(BATCH + 1);
      const keepers = [housekeeping(), housekeeping(), housekeeping()];
      await Promise.all(keepers.map((each) => each.run()));
      await housekeeping().run();
      expect([await noncesLeft(), logger.messages]).toEqual([0, []]);
    });

    test('beside calls that take the same limits there is no deadlock', async () => {
      const keys = Array.from({ length: 6 }, (_, at) => `limit-${at}`);
      const limits = keys.map((key) => ({ name: key, key, quota: FLEETING }));
      const calling = new Set(Array.from({ length: HAMMERS }, (_, at) => at));
      const hammer = async (number: number): Promise<void> => {
        for (let call = 0; call < CALLS; call++) {
          await store.transaction(async (tx) => takeFromLimits(tx, limits, await store.now(tx)));
        }
        calling.delete(number);
      };
      const keep = async (): Promise<void> => {
        const keeper = housekeeping();
        while (calling.size > 0) await keeper.run();
      };
      const before = await deadlocks(store);
      await Promise.all([keep(), ...[...calling].map(hammer)]);
      await housekeeping().run();
      expect(await deadlocks(store)).toBe(before);
      expect([await limitsLeft(), logger.messages]).toEqual([[], []]);
    });
  }
}

/** Deadlocks that the server resolved in this database so far. */
async function deadlocks(store: Database): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(store.db);
  const { rows } = await sql<{ deadlocks: number }>`
    select deadlocks from pg_stat_database where datname = current_database()`.execute(store.db);
  return Number(rows[0]?.deadlocks);
}
