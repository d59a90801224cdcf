import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { importFiles, type ImportOutcome, type ImportRequest } from '../../src/data/import-files.ts';
import { NO_PROGRESS } from '../../src/data/progress.ts';
import type { Stores } from '../support/engines.ts';
import { customersFile, ordersFile } from './files.ts';
import { countOf, snapshot } from './stored-rows.ts';
import { TEST_LOG_KEY } from '../support/log-key.ts';

const files = () => ({
  customers: customersFile(['C1 ', 'One'], ['C2', 'Two']),
  orders: ordersFile(['1', 'C1', '10'], ['2', 'C2', '20']),
});

const run = (request: Partial<ImportRequest> & { location: string }): Promise<ImportOutcome> =>
  importFiles({
    files: files(),
    currency: 'EUR',
    environment: 'development',
    dryRun: false,
    logKey: () => Promise.resolve(TEST_LOG_KEY),
    progress: NO_PROGRESS,
    ...request,
  });

const ALL_NEW = { customers: { inserted: 2, updated: 0 }, orders: { inserted: 2, updated: 0 } };

/** `deputies data import` without its command line. */
export function importSuite(stores: Stores): void {
  /** A place where nothing is yet: no file, or a database without a table. */
  const emptyPlace = async (): Promise<string> => {
    const location = await stores.freshLocation({ empty: true });
    return stores.engine === 'postgres' ? location : join(location, '..', `${Date.now()}-home`, 'deputies.sqlite');
  };

  test('a place without a store gets one, for its environment for good', async () => {
    const location = await emptyPlace();
    const { notes, ...counts } = await run({ location });
    expect(counts).toMatchObject(ALL_NEW);
    expect(notes.total).toBe(1);
    const store = stores.open(location);
    expect([await countOf(store, 'customers'), await countOf(store, 'orders')]).toEqual([2, 2]);
    await expect(run({ location, environment: 'staging' })).rejects.toMatchObject({ code: 'wrong_environment' });
    await expect(run({ location, environment: 'staging', dryRun: true })).rejects.toMatchObject({
      code: 'wrong_environment',
    });
  });

  test('a dry run counts the same and makes no store', async () => {
    const location = await emptyPlace();
    expect(await run({ location, dryRun: true })).toMatchObject(ALL_NEW);
    if (stores.engine === 'sqlite') expect(existsSync(join(location, '..'))).toBe(false);
    else expect(await stores.open(location).db.introspection.getTables()).toEqual([]);
  });

  test('a dry run on a store leaves every row as it was, and says what the import then does', async () => {
    const location = await stores.freshLocation();
    await run({ location });
    const store = stores.open(location);
    const before = await snapshot(store);
    const request = { location, files: { ...files(), customers: customersFile(['C2', 'Second'], ['C3', 'Third']) } };
    const { notes: _, ...said } = await run({ ...request, dryRun: true });
    expect(said).toMatchObject({ customers: { inserted: 1, updated: 1 }, orders: { unchanged: 2 } });
    expect(await snapshot(store)).toEqual(before);
    const { notes: __, ...done } = await run(request);
    expect(done).toEqual(said);
  });

  test('a fault in either file leaves nothing, not even a store', async () => {
    const location = await emptyPlace();
    const faulty = {
      customers: customersFile(['C1', 'One'], ['C1', 'Once more']),
      orders: ordersFile(['1', 'C9', '-1']),
    };
    for (const dryRun of [true, false]) {
      const failing = run({ location, files: faulty, dryRun });
      await expect(failing).rejects.toMatchObject({ code: 'invalid_data' });
      await expect(failing).rejects.toThrow(/3 faults:\n.*already.\n.*negative.\n.*no customer "C9"/);
    }
    if (stores.engine === 'sqlite') expect(existsSync(join(location, '..'))).toBe(false);
    else expect(await stores.open(location).db.introspection.getTables()).toEqual([]);
  });

  test('an unknown currency is refused before anything is read', async () => {
    const failing = run({ location: await emptyPlace(), currency: 'EURO', files: { customers: '/nowhere' } });
    await expect(failing).rejects.toMatchObject({ code: 'invalid_arguments' });
  });
}
