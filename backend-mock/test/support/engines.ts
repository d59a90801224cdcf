import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Database, type Engine } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { TEST_SEAL } from './log-key.ts';
import { emptyRows } from './empty-rows.ts';
import { startPostgres } from './postgres-server.ts';

export { startPostgres, type PostgresServer } from './postgres-server.ts';

/** Both engines, for `describe.each`. */
export const ENGINES: readonly Engine[] = ['sqlite', 'postgres'];

/** Makes places for stores; each place is new, and migrated unless it is to be empty. */
interface Source {
  create(options?: { readonly empty?: boolean }): Promise<string>;
  /** Takes a place back that nobody uses any more. */
  release(location: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Stores {
  readonly engine: Engine;
  /** A new store with the newest shape and nothing in it, closed after the test. */
  fresh(): Promise<Database>;
  /** The address or file of a new store, not yet opened; `empty` leaves it without any table. */
  freshLocation(options?: { readonly empty?: boolean }): Promise<string>;
  /** One more process's view of a store: a pool or connection of its own, closed after the test. */
  open(location: string): Database;
  /** Runs after the test (or the suite), while its stores are still open; the last one given runs first. */
  defer(work: () => Promise<void>, end?: 'test' | 'suite'): void;
}

/**
 * Gives a suite stores on one engine. Registers the hooks that start the engine before the suite, close every store
 * after each test, and end the engine. An engine that cannot start fails the suite.
 */
export function useStores(engine: Engine): Stores {
  let source: Source | undefined;
  const opened: Database[] = [];
  const used: string[] = [];
  let testing = false;
  const deferred: Record<'test' | 'suite', (() => Promise<void>)[]> = { test: [], suite: [] };
  const runDeferred = async (end: 'test' | 'suite'): Promise<void> => {
    for (const work of deferred[end].splice(0).toReversed()) await work();
  };
  const started = (): Source => {
    if (!source) throw new Error('The engine has not started.');
    return source;
  };

  beforeAll(async () => {
    source = engine === 'postgres' ? await postgresSource() : await sqliteSource();
  });
  beforeEach(() => {
    testing = true;
  });
  afterEach(async () => {
    testing = false;
    await runDeferred('test');
    for (const database of opened.splice(0)) await database.close();
    for (const location of used.splice(0)) await started().release(location);
  });
  afterAll(async () => {
    await runDeferred('suite');
    await source?.stop();
  });

  const open = (location: string): Database => {
    const database = new Database({ location, seal: TEST_SEAL });
    opened.push(database);
    return database;
  };
  const freshLocation = async (options: { readonly empty?: boolean } = {}): Promise<string> => {
    const location = await started().create(options);
    if (testing && !options.empty) used.push(location);
    return location;
  };
  return {
    engine,
    open,
    defer: (work, end = 'test') => {
      deferred[end].push(work);
    },
    freshLocation,
    fresh: async () => open(await freshLocation()),
  };
}

async function postgresSource(): Promise<Source> {
  const server = await startPostgres();
  // Making a database takes a hundred times as long as emptying one.
  const free: string[] = [];
  return {
    create: async (options = {}) => {
      const location = options.empty ? undefined : free.pop();
      if (location === undefined) return server.createDatabase(options);
      await emptyRows(location);
      return location;
    },
    release: (location) => {
      free.push(location);
      return Promise.resolve();
    },
    stop: () => server.stop(),
  };
}

async function sqliteSource(): Promise<Source> {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-sqlite-'));
  const template = join(folder, 'template.sqlite');
  const database = new Database({ location: template });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  let count = 0;
  return {
    create: async (options = {}) => {
      const file = join(folder, `store-${++count}.sqlite`);
      if (!options.empty) await copyFile(template, file);
      return file;
    },
    release: (file) => rm(file, { force: true }),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}
