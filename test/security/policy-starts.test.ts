import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Database, startBackend, type RunningBackend } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { activate, policyWith } from '../support/policies.ts';
import { until } from '../support/processes.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

const textOf = (name: string, environment = 'development'): string =>
  policyWith('', environment).replace('name: test', `name: ${name}`);

let folder: string;
let store: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-starts-'));
  store = join(folder, 'store.sqlite');
  file = join(folder, 'policy.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (environment = 'development'): Promise<RunningBackend> =>
  startBackend({
    environment,
    database: store,
    port: 0,
    consolePort: 0,
    logKey: TEST_LOG_KEY,
    policy: file,
    logLevel: 'silent',
  });

/** Names of all policies that were ever active, and the entries about them. */
async function history({
  database,
}: Pick<RunningBackend, 'database'>): Promise<{ names: string[]; entries: JsonObject[] }> {
  const rows = await database.db.selectFrom('policies').select('name').orderBy('position').execute();
  const written = await database.db.selectFrom('audit_entries').select('entry').orderBy('position').execute();
  const entries = written.map(({ entry }) => JSON.parse(entry) as JsonObject);
  return {
    names: rows.map(({ name }) => name),
    entries: entries.filter((entry) => entry['tool'] === 'policy.activate'),
  };
}

/** Starts, looks at what is active, and stops. */
async function after(environment?: string, during?: (backend: RunningBackend) => Promise<unknown>): Promise<string[]> {
  const backend = await start(environment);
  try {
    await during?.(backend);
    return (await history(backend)).names;
  } finally {
    await backend.close();
  }
}

describe('a start', () => {
  test('of a store without a policy makes the file active, and says so in the log [policy.starts]', async () => {
    await writeFile(file, textOf('one'));
    const backend = await start();
    try {
      const { names, entries } = await history(backend);
      expect(names).toEqual(['one']);
      expect(entries).toMatchObject([
        {
          kind: 'system',
          outcome: 'succeeded',
          person: null,
          rules: ['first-start'],
          details: { policy: 'one', digest: expect.stringMatching(/^sha-256:/), previous: null },
        },
      ]);
    } finally {
      await backend.close();
    }
  });

  test('with a file that is no policy is none, and keeps the store as it was [policy.starts]', async () => {
    await writeFile(file, `${textOf('one')}extra: 1\n`);
    await expect(start()).rejects.toThrow(/policy\.yaml:9:1/);
    await writeFile(file, textOf('one'));
    expect(await after()).toEqual(['one']);
    await writeFile(file, textOf('one', 'production'));
    await expect(start()).rejects.toThrow(/production/);
    const database = new Database({ location: store });
    expect((await history({ database })).names).toEqual(['one']);
    await database.close();
  });

  test('in development makes a changed file active; an unchanged one undoes nothing that was signed [policy.starts]', async () => {
    await writeFile(file, textOf('one'));
    expect(await after()).toEqual(['one']);
    await writeFile(file, textOf('two'));
    expect(await after('development', (backend) => activate({ backend }, policyWith('')))).toEqual([
      'one',
      'two',
      'test',
    ]);
    expect(await after()).toEqual(['one', 'two', 'test']);
    await writeFile(file, textOf('three'));
    const backend = await start();
    const { names, entries } = await history(backend);
    await backend.close();
    expect(names).toEqual(['one', 'two', 'test', 'three']);
    expect(entries.map(({ rules }) => rules)).toEqual([['first-start'], ['changed-file'], ['changed-file']]);
  });

  test('in development a file that is saved while it runs is active, and a broken one is not [policy.starts]', async () => {
    await writeFile(file, textOf('one'));
    const backend = await start();
    const names = async (): Promise<string[]> => (await history(backend)).names;
    try {
      await writeFile(file, `${textOf('broken')}extra: 1\n`);
      await writeFile(file, textOf('two'));
      await until('the saved policy', async () => ((await names()).includes('two') ? true : undefined));
      expect(await names()).toEqual(['one', 'two']);
    } finally {
      await backend.close();
    }
  });

  test.each(['staging', 'production'])('in %s a changed file changes nothing [policy.starts]', async (environment) => {
    await writeFile(file, textOf('one', environment));
    expect(await after(environment)).toEqual(['one']);
    await writeFile(file, textOf('two', environment));
    expect(await after(environment)).toEqual(['one']);
  });

  test('a backend that activates files anywhere is caught [check.twins, policy.starts]', async () => {
    const module = 'backend-mock/src/common/settings.ts';
    const instead = (real: Readonly<Record<string, unknown>>) => {
      class Settings extends (real['Settings'] as new (environment: string) => object) {
        get activatesFiles(): boolean {
          return true;
        }
      }
      return { Settings };
    };
    await writeFile(file, textOf('one', 'production'));
    await after('production');
    await writeFile(file, textOf('two', 'production'));
    const options = { environment: 'production', databaseUrl: store, policy: file };
    const broken = await startBrokenLab({ module, instead }, options);
    try {
      await expectCaught(async () => expect((await history(broken.backend)).names).toEqual(['one']));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});
