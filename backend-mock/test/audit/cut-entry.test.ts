import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { MAX_ENTRY_BYTES } from '@narrow-deputies/transparency-log';
import * as fc from 'fast-check';
import { AuditService } from '../../src/audit/audit.service.ts';
import type { AuditEntry, EntryDraft } from '../../src/audit/entry.ts';
import { Settings } from '../../src/common/settings.ts';
import { readEntry } from '../../src/verifier/logged-entry.ts';
import { useStores } from '../support/engines.ts';
import { NOON } from '../support/rows.ts';

/** Texts of every length and kind, half characters among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constant('\ud800'),
  fc
    .tuple(fc.constantFrom('x', '"', '\u0000', '\ud800', '𝄞'), fc.integer({ min: 0, max: 80_000 }))
    .map(([unit, count]) => unit.repeat(count)),
);
const json: fc.Arbitrary<JsonValue> = fc.oneof(text, fc.integer(), fc.array(text, { maxLength: 40 }), fc.boolean());
const facts = fc.dictionary(
  text.map((name) => name.toWellFormed()),
  json,
  { maxKeys: 20 },
) as fc.Arbitrary<JsonObject>;
const refused: fc.Arbitrary<EntryDraft> = fc.record(
  {
    tool: text,
    kind: fc.constantFrom('read', 'plan', 'commit', 'person', 'grant', 'report'),
    outcome: fc.constantFrom('refused', 'failed', 'pending'),
    requestId: text,
    run: text,
    client: text,
    source: text,
    host: facts,
    rules: fc.array(text, { maxLength: 40 }),
    decisionInput: facts,
    details: facts,
    plan: text,
    task: text,
  },
  { requiredKeys: ['tool', 'kind', 'outcome'] },
);

describe('an entry of what had no effect [audit.always]', () => {
  const stores = useStores('sqlite');
  const audit = new AuditService(new Settings('development'));
  const entryOf = async (draft: EntryDraft): Promise<AuditEntry> => {
    const store = stores.open(await stores.freshLocation());
    const auditId = await store.transaction((tx) => audit.record(tx, NOON, draft));
    const row = await store.db
      .selectFrom('audit_entries')
      .select('entry')
      .where('audit_id', '=', auditId)
      .executeTakeFirstOrThrow();
    expect(Buffer.byteLength(row.entry)).toBeLessThanOrEqual(MAX_ENTRY_BYTES);
    expect(readEntry(Buffer.from(row.entry))).toMatchObject({ auditId, outcome: draft.outcome });
    return JSON.parse(row.entry) as AuditEntry;
  };

  test('can always be written, whatever a caller sent', () =>
    fc.assert(
      fc.asyncProperty(refused, async (draft) => {
        await entryOf(draft);
      }),
      { numRuns: 60 },
    ));

  test('says that it is cut, what it was, and who it is about', async () => {
    const draft = { tool: 'oauth.token', kind: 'grant', outcome: 'refused', client: 'c1', code: 'replayed' } as const;
    const details = { detail: 'Used before.', scopes: ['s'.repeat(70_000)] };
    const entry = await entryOf({ ...draft, details });
    expect(entry).toMatchObject({ ...draft, details: { cut: true, detail: 'Used before.' } });
    expect(entry.details['digest']).toMatch(/^sha-256:[0-9a-f]{64}$/);
    expect(entry.details['scopes']).toBeUndefined();
    expect((await entryOf({ ...draft, details: { detail: 'Short.' } })).details).toEqual({ detail: 'Short.' });
  });

  test('of an effect is not cut: then the effect does not happen', async () => {
    const store = stores.open(await stores.freshLocation());
    const details = { text: 'x'.repeat(70_000) };
    const draft = { tool: 'commit_refund', kind: 'commit', outcome: 'succeeded', details } as const;
    await expect(store.transaction((tx) => audit.record(tx, NOON, draft))).rejects.toMatchObject({
      name: 'AuditUnavailable',
    });
    expect(await store.db.selectFrom('audit_entries').select('position').execute()).toEqual([]);
  });
});
