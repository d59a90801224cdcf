import { beforeEach, expect, test } from '@jest/globals';
import { canonicalize, parseCanonical } from '@narrow-deputies/signing';
import { listEntries } from '../../src/audit/audit-repository.ts';
import { AuditService, saltedDigest } from '../../src/audit/audit.service.ts';
import type { EntryDraft } from '../../src/audit/entry.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import type { Stores } from '../support/engines.ts';
import { NOON } from '../support/rows.ts';

const DRAFT: EntryDraft = {
  tool: 'list_drafts',
  kind: 'read',
  outcome: 'succeeded',
  decision: 'allow',
  rules: ['reads'],
  client: 'blog-publisher',
  latencyMs: 1.5,
};

export function auditSuite(stores: Stores): void {
  const audit = new AuditService(new Settings('development'));
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const record = (draft: EntryDraft, auditId?: string): Promise<string> =>
    store.transaction((tx) => audit.record(tx, NOON, draft, auditId));
  const textOf = async (auditId: string): Promise<string> => {
    const row = await store.db
      .selectFrom('audit_entries')
      .select('entry')
      .where('audit_id', '=', auditId)
      .executeTakeFirstOrThrow();
    return row.entry;
  };
  const payloadOf = async (auditId: string) =>
    store.db.selectFrom('audit_payloads').selectAll().where('audit_id', '=', auditId).executeTakeFirst();

  const plansOf = async (filter: { plan?: string; limit: number }): Promise<unknown[]> =>
    (await store.transaction((tx) => listEntries(tx, filter))).map((entry) => entry['plan']);

  test('an entry is stored as the canonical text of its final format', async () => {
    const auditId = await record(DRAFT, 'audit-1');
    expect(auditId).toBe('audit-1');
    const parsed = parseCanonical(Buffer.from(await textOf(auditId)), { maxDepth: 16 });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        v: 2,
        writer: { id: expect.stringMatching(/^[0-9a-f]{16}\.0$/), number: 1 },
        auditId: 'audit-1',
        time: '2026-11-20T12:00:00.000Z',
        environment: 'development',
        traceId: null,
        requestId: null,
        run: null,
        client: 'blog-publisher',
        keyid: null,
        agent: null,
        owner: null,
        person: null,
        host: null,
        source: null,
        tool: 'list_drafts',
        kind: 'read',
        argumentsDigest: null,
        resultDigest: null,
        decision: 'allow',
        rules: ['reads'],
        decisionInput: {},
        risk: null,
        outcome: 'succeeded',
        code: null,
        repeated: false,
        latencyMs: 1.5,
        plan: null,
        approvals: [],
        task: null,
        details: {},
      },
    });
    expect(Object.keys(JSON.parse(await textOf(auditId)) as object)).toHaveLength(31);
  });

  test('what the log can be searched by is what the entry says', async () => {
    const auditId = await record({ ...DRAFT, code: 'plan_stale', owner: 'p_owner', plan: 'plan-1' });
    const row = await store.db.selectFrom('audit_entries').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      audit_id: auditId,
      time: NOON,
      tool: 'list_drafts',
      code: 'plan_stale',
      client_id: 'blog-publisher',
      owner_id: 'p_owner',
      plan_id: 'plan-1',
    });
    const entry: unknown = JSON.parse(row.entry);
    expect(entry).toMatchObject({ code: 'plan_stale', owner: 'p_owner', plan: 'plan-1' });
  });

  test('arguments and result stay outside the entry, and their digests verify with the stored salt', async () => {
    const draft = { ...DRAFT, arguments: { b: 'Tee, 茶', a: [1] }, result: { slug: 'tea' } };
    const auditId = await record(draft);
    const text = await textOf(auditId);
    expect(text).not.toContain('Tee');
    const entry = JSON.parse(text) as { argumentsDigest: string; resultDigest: string };
    const payload = await payloadOf(auditId);
    expect(payload?.arguments).toBe(canonicalize(draft.arguments));
    expect(payload?.result).toBe(canonicalize(draft.result));
    const salt = Buffer.from(payload?.salt ?? '', 'base64url');
    expect(salt).toHaveLength(32);
    expect(saltedDigest(salt, JSON.parse(payload?.arguments ?? ''))).toBe(entry.argumentsDigest);
    expect(saltedDigest(salt, JSON.parse(payload?.result ?? ''))).toBe(entry.resultDigest);
  });

  test('equal arguments have different digests in two entries, so that a guess cannot be tried out', async () => {
    const digests = [];
    for (const draft of [DRAFT, DRAFT]) {
      const auditId = await record({ ...draft, arguments: { slug: 'tea' } });
      digests.push((JSON.parse(await textOf(auditId)) as { argumentsDigest: string }).argumentsDigest);
    }
    expect(digests[0]).toMatch(/^sha-256:[0-9a-f]{64}$/);
    expect(digests[0]).not.toBe(digests[1]);
  });

  test('erasing a payload leaves the entry as it was', async () => {
    const auditId = await record({ ...DRAFT, arguments: { slug: 'tea' } });
    const before = await textOf(auditId);
    await store.db.deleteFrom('audit_payloads').execute();
    expect(await textOf(auditId)).toBe(before);
  });

  test('an entry without arguments and result has no payload', async () => {
    expect(await payloadOf(await record(DRAFT))).toBeUndefined();
  });

  test('an entry is undone with the effect that it records', async () => {
    const failing = store.transaction(async (tx) => {
      await audit.record(tx, NOON, { ...DRAFT, arguments: {} });
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await store.db.selectFrom('audit_entries').selectAll().execute()).toEqual([]);
    expect(await store.db.selectFrom('audit_payloads').selectAll().execute()).toEqual([]);
  });

  test('one id names one entry', async () => {
    await record(DRAFT, 'audit-1');
    await expect(record(DRAFT, 'audit-1')).rejects.toThrow(/unique/i);
  });

  test('entries are listed newest first, by plan and up to a limit', async () => {
    for (const plan of ['plan-1', 'plan-2', 'plan-1', null]) await record({ ...DRAFT, plan }, undefined);
    expect(await plansOf({ limit: 10 })).toEqual([null, 'plan-1', 'plan-2', 'plan-1']);
    expect(await plansOf({ limit: 2 })).toEqual([null, 'plan-1']);
    expect(await plansOf({ plan: 'plan-1', limit: 10 })).toEqual(['plan-1', 'plan-1']);
  });
}
