import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, jest, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sql } from 'kysely';
import pg from 'pg';
import { AuditService } from '../../backend-mock/src/audit/audit.service.ts';
import { Database } from '../../backend-mock/src/database/database.ts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught } from '../support/broken.ts';
import { bundleProgram } from '../support/bundle.ts';
import { startLab, WirePerson, type Lab } from '../support/lab.ts';
import { NODE, ROOT, watch } from '../support/processes.ts';
import { expectWithstood, WAYS, type Trouble } from '../support/trouble.ts';
import { WireClient } from '../support/wire-client.ts';

const CODES = ['audit_unavailable'];
/** Where not even the time may be read, it is a wait for somebody else that ends the call. */
const WAITED = ['unavailable'];

describe('while PostgreSQL takes no entry', () => {
  let postgres: PostgresServer;
  let url: string;
  let lab: Lab;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    lab = await startLab({ databaseUrl: url });
  }, 120_000);
  afterEach(async () => {
    const { db } = lab.backend.database;
    await db.deleteFrom('limits').execute();
    await db.updateTable('plans').set({ state: 'revoked' }).where('state', '!=', 'committed').execute();
  });
  afterAll(async () => {
    await lab?.stop();
    await postgres?.stop();
  }, 60_000);

  /** Somebody else's transaction holds the table, as a maintenance job might. */
  const lockedAs = (mode: 'exclusive' | 'access exclusive'): Trouble => ({
    async begin() {
      const other = new pg.Client({ connectionString: url });
      await other.connect();
      await other.query(`begin; lock table audit_entries in ${mode} mode`);
      return async () => {
        await other.query('rollback');
        await other.end();
      };
    },
  });
  const raising: Trouble = {
    async begin() {
      const { db } = lab.backend.database;
      await sql`create function no_entry() returns trigger language plpgsql as
        $$ begin raise exception 'no entry'; end $$`.execute(db);
      await sql`create trigger no_audit before insert on audit_entries for each row execute function no_entry()`.execute(
        db,
      );
      return async () => {
        await sql`drop trigger no_audit on audit_entries`.execute(db);
        await sql`drop function no_entry()`.execute(db);
      };
    },
  };
  const beside: Trouble = {
    async begin() {
      const { db } = lab.backend.database;
      await sql`alter table audit_names add constraint no_names check (kind = '') not valid`.execute(db);
      return () => sql`alter table audit_names drop constraint no_names`.execute(db);
    },
  };

  describe.each([
    ['because somebody else writes to it alone', lockedAs('exclusive'), CODES],
    ['because nobody else may even read it', lockedAs('access exclusive'), WAITED],
    ['because a trigger raises', raising, CODES],
    ['because what it is found by breaks a constraint', beside, CODES],
  ])('%s', (_name, trouble, codes) => {
    test.each(Object.keys(WAYS))(
      '%s is refused, nothing happened, and it works as soon as it is over [audit.fail-closed]',
      (way) => expectWithstood(lab, trouble, way, codes),
      30_000,
    );
  });

  test('a broken twin that goes on without its entry is caught [check.twins, audit.fail-closed]', async () => {
    const spy = jest.spyOn(AuditService.prototype, 'record').mockResolvedValue('none');
    try {
      for (const way of Object.keys(WAYS)) await expectCaught(() => expectWithstood(lab, raising, way, CODES));
    } finally {
      spy.mockRestore();
    }
  });
});

/** Whether a process's limits can be changed from outside, as the tests of a full disk do. In CI they have to be. */
const canLimit = process.env['CI'] !== undefined || spawnSync('prlimit', ['--version']).status === 0;
const onLimited = canLimit ? describe : describe.skip;

onLimited('while there is no room for another byte in any file', () => {
  let folder: string;
  let child: ChildProcessByStdio<Writable, Readable, null>;
  let database: Database;
  let lab: Lab;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deputies-disk-'));
    const store = join(folder, 'store.sqlite');
    const program = join(folder, 'serving.mjs');
    await bundleProgram('serving-child.ts', program);
    // Enrols people and registers a client; from then on another process serves.
    const first = await startLab({ databaseUrl: store });
    await first.stop();
    const policy = join(ROOT, 'backend-mock', 'policies', 'development.yaml');
    child = spawn(NODE, ['--disable-warning=ExperimentalWarning', program, store, policy], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [said]: unknown[] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (!Buffer.isBuffer(said)) throw new Error('The backend ended at once.');
    const backendUrl = said.toString('utf8').trim();
    database = new Database({ location: store });
    const { owner, reviewer } = first.people;
    lab = {
      ...first,
      backend: { ...first.backend, backendUrl, database },
      wire: new WireClient(backendUrl, first.token),
      people: {
        owner: new WirePerson(backendUrl, owner.keyid, owner.key),
        reviewer: new WirePerson(backendUrl, reviewer.keyid, reviewer.key),
      },
      async entries() {
        const rows = await database.db.selectFrom('audit_entries').select('entry').orderBy('position').execute();
        return rows.map((row) => JSON.parse(row.entry) as JsonObject);
      },
    };
  }, 120_000);
  afterEach(async () => {
    const { db } = database;
    await db.deleteFrom('limits').execute();
    await db.updateTable('plans').set({ state: 'revoked' }).where('state', '!=', 'committed').execute();
  });
  afterAll(async () => {
    const ended = child && watch(child).ended;
    child?.stdin.end();
    await ended;
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The kernel refuses every write beyond so many bytes of a file (setrlimit(2), RLIMIT_FSIZE). */
  const limit = (bytes: string): void => {
    const { status } = spawnSync('prlimit', [`--pid=${child.pid}`, `--fsize=${bytes}:unlimited`]);
    if (status !== 0) throw new Error('The limit of the process could not be set.');
  };
  const full: Trouble = {
    async begin() {
      limit('1');
      return async () => limit('unlimited');
    },
  };

  test.each(Object.keys(WAYS))(
    '%s is refused, nothing happened, and it works as soon as there is room [audit.fail-closed, store.trouble]',
    (way) => expectWithstood(lab, full, way, CODES),
  );
});
