import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { compilePolicy, type CompiledPolicy, type PolicyText } from '@narrow-deputies/policy';
import { AuditService } from '../../src/audit/audit.service.ts';
import { Settings } from '../../src/common/settings.ts';
import { findReadable, listActivations } from '../../src/console/pages/policy-activations.ts';
import { previewPolicy } from '../../src/console/pages/policy-preview.ts';
import { REPLAYED_MS, replayNewest } from '../../src/console/pages/policy-replay.ts';
import type { Database } from '../../src/database/database.ts';
import { declaredCatalogue } from '../../src/policy/declared-tools.ts';
import { digestOfPolicy, insertPolicy } from '../../src/policy/policies-repository.ts';
import type { Stores } from '../support/engines.ts';
import { MINUTE, OWNER } from '../support/rows.ts';

const settings = new Settings('development');
const catalogue = declaredCatalogue();
const textOf = (effect: string): PolicyText => ({
  file: 'development.yaml',
  policy: `version: 1
name: ${effect}
environment: development
time_zone: Etc/UTC
rules:
  - id: lookups
    effect: ${effect}
    when: { kinds: [read, plan] }
`,
  packs: {},
});
const compiled = (text: PolicyText): CompiledPolicy => {
  const outcome = compilePolicy(text, catalogue);
  if (!outcome.ok) throw new Error(outcome.faults[0]?.message);
  return outcome.policy;
};

/** What the page of the policy reads from the store. */
export function policyPageSuite(stores: Stores): void {
  const audit = new AuditService(settings);
  let store: Database;
  let now: number;
  beforeEach(async () => {
    store = await stores.fresh();
    now = await store.now(store.db);
  });

  const activate = (text: PolicyText, by: string | null, rules: string[]): Promise<void> =>
    store.transaction(async (tx) => {
      const auditId = randomUUID();
      const row = { digest: digestOfPolicy(text), name: text.file, text, activatedBy: by, activatedAt: now, auditId };
      await insertPolicy(tx, 'development', row);
      await audit.record(tx, now, { tool: 'policy.activate', kind: 'system', outcome: 'succeeded', rules }, auditId);
    });

  /** A call of an agent that policy allowed then. */
  const allowed = (time: number): Promise<string> =>
    store.transaction((tx) =>
      audit.record(tx, time, {
        tool: 'get_customer',
        kind: 'read',
        outcome: 'succeeded',
        client: 'crm-reader',
        agent: 'lookup-agent',
        owner: OWNER.id,
        decisionInput: { arguments: { customerId: 'C1010' }, sameness: 'aaaa' },
        details: { verdict: { effect: 'allow', approval: 'none', rules: ['lookups'] } },
      }),
    );

  const counts = async (): Promise<number[]> => {
    const tables = ['policies', 'audit_entries', 'audit_payloads', 'settings', 'person_acts', 'challenges'] as const;
    const rows = tables.map((table) =>
      store.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .execute(),
    );
    return (await Promise.all(rows)).map(([row]) => Number(row?.n));
  };

  describe('activations [policy-page.shown]', () => {
    test('come with whoever signed, or why nobody did, the newest first and no more than asked for', async () => {
      await activate(textOf('allow'), null, ['first-start']);
      await activate(textOf('deny'), null, ['changed-file']);
      await activate(textOf('allow'), OWNER.id, ['role']);
      const listed = await store.transaction((tx) => listActivations(tx, 'development', 2));
      expect(listed).toEqual([
        { digest: digestOfPolicy(textOf('allow')), name: 'development.yaml', at: now, by: OWNER.id, because: null },
        {
          digest: digestOfPolicy(textOf('deny')),
          name: 'development.yaml',
          at: now,
          by: null,
          because: 'changed-file',
        },
      ]);
      expect(await store.transaction((tx) => listActivations(tx, 'production', 2))).toEqual([]);
    });

    test('that somebody changed by hand are nothing to read, and nothing to compare with', async () => {
      await activate(textOf('allow'), null, ['first-start']);
      expect(await store.transaction((tx) => findReadable(tx, 'development'))).toMatchObject({ text: textOf('allow') });
      await store.db.updateTable('policies').set({ content: '{}' }).execute();
      expect(await store.transaction((tx) => findReadable(tx, 'development'))).toBeUndefined();
      const preview = await previewPolicy(textOf('deny'), { database: store, settings, catalogue });
      expect(preview).toMatchObject({ changes: null, replay: { calls: 0 } });
    });
  });

  describe('deciding again [policy-page.replay]', () => {
    test('says how many calls of the last days would be decided otherwise, in words', async () => {
      await allowed(now - REPLAYED_MS - MINUTE);
      await allowed(now - 2 * MINUTE);
      const newest = await allowed(now - MINUTE);
      const replayed = await replayNewest(store, compiled(textOf('deny')));
      expect(replayed).toMatchObject({
        calls: 2,
        changed: 2,
        cut: false,
        groups: [{ tool: 'get_customer', before: 'allow, by lookups', after: 'deny, by lookups', count: 2 }],
      });
      expect(replayed.groups[0]?.examples[0]).toBe(newest);
      expect(await replayNewest(store, compiled(textOf('allow')))).toEqual({
        calls: 2,
        changed: 0,
        cut: false,
        groups: [],
      });
    });

    test('looks at the newest entries alone where there are too many, and says so', async () => {
      for (let minutes = 5; minutes > 0; minutes--) await allowed(now - minutes * MINUTE);
      expect(await replayNewest(store, compiled(textOf('deny')), 3)).toMatchObject({ calls: 3, changed: 3, cut: true });
      expect(await replayNewest(store, compiled(textOf('deny')), 5)).toMatchObject({ calls: 5, cut: false });
    });
  });

  describe('a preview [policy-page.preview]', () => {
    test('has findings, changes and what would have been, and writes nothing', async () => {
      await activate(textOf('allow'), null, ['first-start']);
      await allowed(now - MINUTE);
      const before = await counts();
      const chosen = { ...textOf('deny'), packs: { 'unused.yaml': '' } };
      const preview = await previewPolicy(chosen, { database: store, settings, catalogue });
      expect(preview).toMatchObject({
        packs: {},
        problems: [],
        hints: ['unused.yaml was chosen, but the policy does not name it: it is left out.'],
        changes: [
          { id: 'of the policy itself', lines: [{ label: 'name', before: 'allow', after: 'deny' }] },
          { kind: 'changed', id: 'lookups', lines: [{ label: 'effect', before: 'allow', after: 'deny' }] },
        ],
        replay: { calls: 1, changed: 1 },
      });
      expect(preview.findings.map(({ severity }) => severity)).not.toContain('error');
      expect(await counts()).toEqual(before);
    });

    test('says it of the policy that is active already, and of one that cannot be read', async () => {
      await activate(textOf('allow'), null, ['first-start']);
      const of = { database: store, settings, catalogue };
      expect(await previewPolicy(textOf('allow'), of)).toMatchObject({
        hints: ['This very policy is active already.'],
        changes: [],
      });
      const bad = { ...textOf('allow'), policy: 'version: 1\nrules: 5\u202E\n' };
      const preview = await previewPolicy(bad, of);
      expect(preview).toMatchObject({ changes: null, replay: null });
      expect(preview.findings[0]).toMatchObject({ file: 'development.yaml', severity: 'error', code: 'invalid' });
      expect(JSON.stringify(preview)).not.toContain('\u202E');
    });
  });
}
