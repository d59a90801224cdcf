import { beforeEach, expect, test } from '@jest/globals';
import { AuditService } from '../../src/audit/audit.service.ts';
import { CLOCK_TOLERANCE_MS, currentTime } from '../../src/common/clock.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { requireEnvironment } from '../../src/start/require-environment.ts';
import type { Stores } from '../support/engines.ts';

const MINUTE_MS = 60_000;

export function clockSuite(stores: Stores): void {
  const audit = new AuditService(new Settings('development'));
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const now = (): Promise<number> => store.transaction((tx) => currentTime(store, tx));
  const databaseNow = (): Promise<number> => store.now(store.db);
  const writeEntry = (time: number): Promise<string> =>
    store.transaction((tx) => audit.record(tx, time, { tool: 'test', kind: 'system', outcome: 'succeeded' }));

  test("is the database's own, in whole milliseconds since the epoch, while the log is empty", async () => {
    const before = await databaseNow();
    const time = await now();
    expect(Number.isSafeInteger(time)).toBe(true);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(await databaseNow());
    expect(Math.abs(time - Date.now())).toBeLessThan(MINUTE_MS);
  });

  test("is the database's own while the newest entry is older", async () => {
    const before = await databaseNow();
    await writeEntry(before - MINUTE_MS);
    expect(await now()).toBeGreaterThanOrEqual(before);
  });

  test('never falls behind the newest entry, whichever was written last', async () => {
    const ahead = (await databaseNow()) + CLOCK_TOLERANCE_MS;
    await writeEntry(ahead);
    await writeEntry(ahead - MINUTE_MS);
    expect(await now()).toBeGreaterThanOrEqual(ahead);
  });

  test('stands still in a rehearsal, whatever is written meanwhile [check.self-timeless]', async () => {
    const held = await now();
    await store.rehearse(held, async () => {
      await writeEntry(held + MINUTE_MS);
      expect(await now()).toBe(held);
    });
    expect(await now()).toBeLessThan(held + MINUTE_MS);
  });

  test('is refused as unavailable when the clock is more than 5 seconds behind the newest entry', async () => {
    expect(CLOCK_TOLERANCE_MS).toBe(5_000);
    await writeEntry((await databaseNow()) + MINUTE_MS);
    await expect(now()).rejects.toMatchObject({ name: 'Refusal', code: 'unavailable' });
  });

  test('a store takes the name of the environment that first used it, and serves no other', async () => {
    await requireEnvironment(store, 'staging');
    await requireEnvironment(store, 'staging');
    await expect(requireEnvironment(store, 'production')).rejects.toThrow('"staging", not to "production"');
    await requireEnvironment(store, 'staging');
  });

  test('of two environments that claim a store at once exactly one has it', async () => {
    const claims = await Promise.allSettled(['staging', 'production'].map((name) => requireEnvironment(store, name)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each(['', 'Production', 'a-b', 'a_b', 'a b', 'prod\n', 'x'.repeat(33)])(
    'the environment %j is no name and is not written',
    async (name) => {
      await expect(requireEnvironment(store, name)).rejects.toThrow('lower-case letters');
      expect(await store.db.selectFrom('settings').selectAll().execute()).toEqual([]);
    },
  );
}
