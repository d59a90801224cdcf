import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database, enrolWithKeys, startBackend } from '@narrow-deputies/backend-mock';
import { importFiles } from '../../backend-mock/src/data/import-files.ts';
import { NO_PROGRESS } from '../../backend-mock/src/data/progress.ts';
import { inviteFirst } from '../../backend-mock/src/people/invitations/first-invitation.ts';
import { customersFile } from '../../backend-mock/test/data/files.ts';
import { snapshot } from '../../backend-mock/test/data/stored-rows.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { ENVIRONMENTS, PAIRS, type Environment } from '../support/environments.ts';
import { TEST_LOG_KEY, TEST_SEAL } from '../../backend-mock/test/support/log-key.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-environments-'));
  for (const environment of ENVIRONMENTS) await serve(storeOf(environment), environment);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const storeOf = (environment: Environment): string => join(folder, `${environment}.sqlite`);

/** Starts a backend on a store, and stops it when it serves. */
async function serve(database: string, environment: Environment): Promise<void> {
  const backend = await startBackend({
    environment,
    database,
    port: 0,
    consolePort: 0,
    logKey: TEST_LOG_KEY,
    logLevel: 'silent',
  });
  await backend.close();
}

async function within<T>(location: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database({ location, seal: TEST_SEAL });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** What a person would do to somebody else's store is refused with both names, and every row stays. */
async function expectRefused(from: Environment, to: Environment, work: () => Promise<unknown>): Promise<void> {
  const before = await within(storeOf(from), snapshot);
  const outcome = await work().then(
    () => 'done',
    (error: unknown) => String(error),
  );
  expect(outcome).toContain(`belongs to the environment "${from}", not to "${to}"`);
  expect(await within(storeOf(from), snapshot)).toEqual(before);
}

describe.each(PAIRS)('a store of %s, opened in %s', (from, to) => {
  const location = () => storeOf(from);

  test('serves nobody [env.store]', () => expectRefused(from, to, () => serve(location(), to)));

  test('gets no people, keys or first invitation from the command line [env.store]', async () => {
    const keys = join(folder, `keys-${from}-${to}`);
    const passphrase = (): Promise<string> => Promise.resolve('only for this temporary folder');
    await expectRefused(from, to, () =>
      within(location(), (database) => enrolWithKeys({ database, environment: to, folder: keys, passphrase })),
    );
    expect(await readdir(keys).catch(() => [])).toEqual([]);
    await expectRefused(from, to, () =>
      within(location(), (database) => inviteFirst(database, to, 'owner', '0'.repeat(64))),
    );
  });

  test('takes no data [env.store]', () =>
    expectRefused(from, to, () =>
      importFiles({
        files: { customers: customersFile(['C1', 'One']) },
        currency: 'EUR',
        location: location(),
        environment: to,
        dryRun: false,
        logKey: () => Promise.resolve(TEST_LOG_KEY),
        progress: NO_PROGRESS,
      }),
    ));

  test('keeps its shape: it is not brought up to date before it is refused [env.store]', async () => {
    const earlier = join(folder, `earlier-${from}-${to}.sqlite`);
    const tables = (): Promise<string[]> =>
      within(earlier, async ({ db }) => (await db.introspection.getTables()).map(({ name }) => name));
    await within(earlier, async ({ db }) => {
      await db.schema.createTable('settings').addColumn('name', 'text').addColumn('value', 'text').execute();
      await db.insertInto('settings').values({ name: 'environment', value: from }).execute();
    });
    await expect(serve(earlier, to)).rejects.toThrow(`"${from}", not to "${to}"`);
    await expect(
      within(earlier, (database) =>
        enrolWithKeys({ database, environment: to, folder, passphrase: () => Promise.resolve(undefined) }),
      ),
    ).rejects.toThrow(`"${from}", not to "${to}"`);
    expect(await tables()).toEqual(['settings']);
  });
});

test('a backend that opens any store is caught [check.twins, env.store]', async () => {
  const fault = {
    module: 'backend-mock/src/start/require-environment.ts',
    instead: () => ({ requireEnvironment: () => Promise.resolve(), refuseForeignStore: () => Promise.resolve() }),
  };
  await expectCaught(() =>
    expectRefused('staging', 'production', async () => {
      const lab = await startBrokenLab(fault, { environment: 'production', databaseUrl: storeOf('staging') });
      await lab.stop();
    }),
  );
});
