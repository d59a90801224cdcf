import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { AuditService } from '../../backend-mock/src/audit/audit.service.ts';
import { Database } from '../../backend-mock/src/database/database.ts';
import { expectCaught } from '../support/broken.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { NODE, watch } from '../support/processes.ts';
import { rowCounts, storedOf } from '../support/stored.ts';
import { send, type WireReply } from '../support/wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';
/** Larger than any free page that a store happens to have. */
const LARGE = 'Many words. '.repeat(20_000);
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

let count = 0;
const planning = (body?: string): Promise<WireReply> => {
  count += 1;
  return lab.wire.call(PLAN, { filename: `draft-${count}.md`, content: draft(`Draft ${count}`, body) });
};

/** Something that a store goes through, and that ends. */
interface Trouble {
  readonly begin: () => Promise<() => Promise<unknown>>;
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

/** Every way to write, as a call that would succeed. */
const WAYS: Readonly<Record<string, (planId: string) => Promise<() => Promise<WireReply>>>> = {
  'a read': async () => async () => lab.wire.call('/v1/blog/list_drafts', { drafts: [] }),
  'a plan': async () => async () => planning(LARGE),
  'a commit': async (planId) => {
    await lab.people.owner.decide('approve', planId);
    return async () => lab.wire.call(COMMIT, { planId });
  },
  "a person's decision": async (planId) => {
    const { json } = await lab.people.owner.call('show_plan', { planId });
    const { planDigest, shownDigest } = json['plan'] as Record<string, string>;
    const decision = { planId, planDigest: planDigest ?? '', shownDigest: shownDigest ?? '', decision: 'reject' };
    return () => lab.people.owner.call('reject', decision);
  },
  'a grant': async () => () => send(lab.wire.tokenRequest()),
};

/** The call is refused as something that may pass, leaves nothing behind, and succeeds when the trouble is over. */
async function withstands(trouble: Trouble, way: string, codes: readonly string[]): Promise<void> {
  const { json } = await planning(LARGE);
  const planId = String(json['planId']);
  const call = await WAYS[way]?.(planId);
  if (!call) throw new Error(`No way: ${way}`);
  const before = { rows: await rowCounts(lab), stored: await storedOf(lab, planId) };
  const end = await trouble.begin();
  let reply: WireReply;
  try {
    reply = await call();
  } finally {
    await end();
  }
  expect(codes).toContain(reply.json['code']);
  expect(reply.status).toBe(503);
  expect(reply.text).not.toMatch(/sqlite|locked|readonly|disk|node_modules|trigger/i);
  expect({ rows: await rowCounts(lab), stored: await storedOf(lab, planId) }).toEqual(before);
  expect((await call()).status).toBe(200);
}

const TROUBLES: readonly { readonly what: string; readonly trouble: Trouble; readonly codes: readonly string[] }[] = [
  { what: 'is locked by another process', trouble: locked, codes: ['audit_unavailable'] },
  { what: 'is read-only', trouble: readOnly, codes: ['audit_unavailable'] },
  { what: 'has no room left', trouble: full, codes: ['audit_unavailable'] },
  { what: 'takes no audit entry', trouble: withoutAudit, codes: ['audit_unavailable'] },
];

describe.each(TROUBLES)('while the store $what', ({ trouble, codes }) => {
  test.each(Object.keys(WAYS))(
    '%s is refused, has no effect, and works as soon as it is over [store.trouble, law.record-before-effect]',
    (way) => withstands(trouble, way, codes),
  );
});

test('a store with room for an entry and not for the effect refuses like a full one [store.trouble]', () =>
  withstands(noNewPages, 'a plan', ['unavailable', 'audit_unavailable']));

describe('a broken twin', () => {
  test('that goes on without its audit entry is caught, each way [check.twins, law.record-before-effect]', async () => {
    const real = AuditService.prototype.record;
    const spy = jest.spyOn(AuditService.prototype, 'record');
    spy.mockImplementation(async function (this: AuditService, ...parameters) {
      return real.apply(this, parameters).catch(() => 'none');
    });
    try {
      for (const way of Object.keys(WAYS))
        await expectCaught(() => withstands(withoutAudit, way, ['audit_unavailable']));
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
        failed = error;
        throw error;
      });
    });
    try {
      await expectCaught(() => withstands(readOnly, 'a plan', ['unavailable', 'audit_unavailable']));
    } finally {
      spy.mockRestore();
    }
  });
});
