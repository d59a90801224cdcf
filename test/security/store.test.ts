import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditUnavailable } from '../../backend-mock/src/audit/audit-unavailable.ts';
import { AuditService } from '../../backend-mock/src/audit/audit.service.ts';
import { Database } from '../../backend-mock/src/database/database.ts';
import { isStoreTrouble } from '../../backend-mock/src/database/store-trouble.ts';
import { expectCaught } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { NODE, watch } from '../support/processes.ts';
import { expectWithstood, WAYS, type Trouble } from '../support/trouble.ts';

const NO_LIMIT = 4_294_967_294;

let folder: string;
let store: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-store-'));
  store = join(folder, 'store.sqlite');
  lab = await startLab({ databaseUrl: store });
  // How long a call waits for a lock is no subject here.
  await pragma('busy_timeout', '100');
}, 60_000);
afterEach(async () => {
  const { db } = lab.backend.database;
  await db.deleteFrom('limits').execute();
  await db.updateTable('plans').set({ state: 'revoked' }).where('state', '!=', 'committed').execute();
});
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** On the backend's own connection. */
async function pragma(name: string, value?: string): Promise<number> {
  const set = value === undefined ? '' : ` = ${value}`;
  const { rows } = await sql.raw<Record<string, number>>(`pragma ${name}${set}`).execute(lab.backend.database.db);
  return Number(Object.values(rows[0] ?? {})[0]);
}

const locked: Trouble = {
  async begin() {
    const program = join(import.meta.dirname, '..', 'support', 'lock-child.ts');
    const child = spawn(NODE, ['--disable-warning=ExperimentalWarning', program, store], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { ended } = watch(child);
    await once(child.stdout, 'data');
    return async () => {
      child.stdin.end();
      expect((await ended).code).toBe(0);
    };
  },
};

const readOnly: Trouble = {
  async begin() {
    await pragma('query_only', 'on');
    return () => pragma('query_only', 'off');
  },
};

/** The pages that the store has are all that it gets. */
async function withoutNewPages(): Promise<() => Promise<unknown>> {
  await sql`vacuum`.execute(lab.backend.database.db);
  await pragma('max_page_count', String(await pragma('page_count')));
  return () => pragma('max_page_count', String(NO_LIMIT));
}

const noNewPages: Trouble = { begin: withoutNewPages };

/** The same, and what was left of the pages is used up, as far as an audit entry goes. */
const full: Trouble = {
  async begin() {
    const { db } = lab.backend.database;
    const end = await withoutNewPages();
    let left = 1_000;
    const fill = (): Promise<unknown> =>
      sql`insert into audit_entries (audit_id, time, tool, entry) values (${`filler-${left}`}, 0, 'filler', '{}')`.execute(
        db,
      );
    const isFull = (): Promise<boolean> =>
      fill().then(
        () => false,
        () => true,
      );
    while ((left -= 1) > 0 && !(await isFull()));
    expect(left).toBeGreaterThan(0);
    return async () => {
      await end();
      await db.deleteFrom('audit_entries').where('tool', '=', 'filler').execute();
    };
  },
};

const withoutAudit: Trouble = {
  async begin() {
    const { db } = lab.backend.database;
    await sql`create trigger no_audit before insert on audit_entries begin select raise(abort, 'no entry'); end`.execute(
      db,
    );
    return () => sql`drop trigger no_audit`.execute(db);
  },
};

const TROUBLES: readonly { readonly what: string; readonly trouble: Trouble; readonly codes: readonly string[] }[] = [
  { what: 'is locked by another process', trouble: locked, codes: ['unavailable'] },
  { what: 'is read-only', trouble: readOnly, codes: ['audit_unavailable'] },
  { what: 'has no room left', trouble: full, codes: ['audit_unavailable'] },
  { what: 'takes no audit entry', trouble: withoutAudit, codes: ['audit_unavailable'] },
];

describe.each(TROUBLES)('while the store $what', ({ trouble, codes }) => {
  test.each(Object.keys(WAYS))(
    '%s is refused, has no effect, and works as soon as it is over [store.trouble, law.record-before-effect]',
    (way) => expectWithstood(lab, trouble, way, codes),
  );
});

test('a store with room for an entry and not for the effect refuses like a full one [store.trouble]', () =>
  expectWithstood(lab, noNewPages, 'a plan', ['unavailable', 'audit_unavailable']));

describe('a broken twin', () => {
  test('that goes on without its audit entry is caught, each way [check.twins, law.record-before-effect]', async () => {
    const real = AuditService.prototype.record;
    const spy = jest.spyOn(AuditService.prototype, 'record');
    spy.mockImplementation(async function (this: AuditService, ...parameters) {
      return real.apply(this, parameters).catch(() => 'none');
    });
    try {
      for (const way of Object.keys(WAYS))
        await expectCaught(() => expectWithstood(lab, withoutAudit, way, ['audit_unavailable']));
    } finally {
      spy.mockRestore();
    }
  });

  test('that does not recover by itself is caught [check.twins, store.trouble]', async () => {
    const real = Database.prototype.transaction;
    const spy = jest.spyOn(Database.prototype, 'transaction');
    let failed: unknown;
    spy.mockImplementation(async function (this: Database, work) {
      if (failed !== undefined) throw failed;
      return real.call(this, work).catch((error: unknown) => {
        if (error instanceof AuditUnavailable || isStoreTrouble(error)) failed = error;
        throw error;
      });
    });
    try {
      await expectCaught(() => expectWithstood(lab, readOnly, 'a plan', ['unavailable', 'audit_unavailable']));
    } finally {
      spy.mockRestore();
    }
  });
});
