import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import { formatVerifierKey, verifierOf } from '@narrow-deputies/transparency-log';
import { verifyExport, type ExportVerdict } from '../../backend-mock/src/verifier/verify-export.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';
import { expectCaught } from '../support/broken.ts';
import { breakVerifier } from '../support/broken-verifier.ts';
import { copyOf, entriesIn, linesOf, writeEntries, writeLines, type Cover } from '../support/forged-export.ts';

let history: AuditedHistory;
/** A checkpoint that somebody kept before the end of the history. */
let kept: Buffer;
let exported: string;
let place: string;
let texts: string[];

beforeAll(async () => {
  history = await startHistory();
  kept = await history.checkpoint();
  for (let more = 0; more < 5; more++) await history.lab.people.owner.call('list_plans', {});
  exported = await history.export();
  place = await history.folder();
  texts = await entriesIn(exported);
}, 120_000);
afterAll(() => history?.stop());

const edited = (text: string | undefined, change: JsonObject): string =>
  canonicalize({ ...(JSON.parse(text ?? '{}') as JsonObject), ...change });

/** Index of the first denial: an entry that nothing else rests on. */
const denial = (): number => texts.findIndex((text) => (JSON.parse(text) as JsonObject)['code'] === 'denied_by_policy');

type Verify = typeof verifyExport;

/** What a verification says of the export with other entries. */
async function withEntries(
  other: readonly string[],
  cover: Cover = {},
  given: { kept?: Buffer; key?: string } = {},
  verify: Verify = verifyExport,
): Promise<ExportVerdict> {
  const folder = await copyOf(exported, join(place, 'copy'));
  await writeEntries(folder, other, cover);
  // Whoever has the store writes what stands beside entries as well.
  const last = other.length;
  for (const file of ['payloads.jsonl', 'evidence.jsonl', 'acts.jsonl']) {
    await writeLines(
      folder,
      file,
      (await linesOf(folder, file)).filter(({ index }) => index < last),
    );
  }
  return verify({ folder, ...given });
}

describe('entries of the log', () => {
  test('that were edited are found, with their tiles made anew or not [verify.edit]', async () => {
    const at = denial();
    const other = texts.with(at, edited(texts[at], { outcome: 'succeeded', code: null }));
    expect(await withEntries(other)).toMatchObject({ ok: false, code: 'entry_edited', firstBad: at });
    expect(await withEntries(other, { tiles: true })).toMatchObject({ ok: false, code: 'root_mismatch' });
    // The checkpoint that was kept holds for what was before it.
    expect(await withEntries(other, { tiles: true }, { kept })).toMatchObject({ ok: false, code: 'root_mismatch' });
    const late = texts.with(texts.length - 1, edited(texts.at(-1), { person: 'p_nobody' }));
    const { treeSize } = await verifyExport({ folder: exported });
    const keptSize = Number(kept.toString('utf8').split('\n')[1]);
    expect(await withEntries(late, { tiles: true }, { kept })).toMatchObject({
      ok: false,
      firstBad: keptSize,
      treeSize,
    });
  });

  test('that were deleted are found at the first that is gone [verify.deletion]', async () => {
    const at = denial();
    expect(await withEntries(texts.toSpliced(at, 1))).toMatchObject({ code: 'entry_deleted', firstBad: at });
    expect(await withEntries(texts.toSpliced(at, 3))).toMatchObject({ code: 'entry_deleted', firstBad: at });
    expect(await withEntries(texts.toSpliced(at, 1), { tiles: true })).toMatchObject({ ok: false, firstBad: at });
  });

  test('that were put in are found where they were put [verify.insertion]', async () => {
    const at = denial();
    const other = texts.toSpliced(at, 0, edited(texts[at], { auditId: 'another' }));
    expect(await withEntries(other)).toMatchObject({ code: 'entry_inserted', firstBad: at });
    const more = [...texts, edited(texts.at(-1), { auditId: 'another' })];
    expect(await withEntries(more)).toMatchObject({ code: 'entries_surplus', firstBad: texts.length });
  });

  test('that changed places are found at the first of them [verify.reordering]', async () => {
    const at = denial();
    const other = texts.with(at, texts[at + 1] ?? '').with(at + 1, texts[at] ?? '');
    expect(await withEntries(other)).toMatchObject({ code: 'entry_reordered', firstBad: at });
  });

  test('are missed at the end, and a checkpoint that was kept misses them for ever [verify.truncation]', async () => {
    const short = texts.slice(0, -2);
    expect(await withEntries(short)).toMatchObject({ code: 'entries_missing', firstBad: texts.length - 2 });
    const newest = await readFile(join(exported, 'checkpoint'));
    const cover = { key: history.key };
    expect(await withEntries(short, cover, { kept: newest })).toMatchObject({ code: 'rolled_back' });
    // Nothing in the folder could tell: that is what a checkpoint is kept for.
    expect(await withEntries(short, cover)).toMatchObject({ ok: true, treeSize: texts.length - 2 });
  });

  test('are found with the first bad one where rows of the store were changed [verify.edit, verify.deletion]', async () => {
    const { db } = history.lab.backend.database;
    const at = denial();
    const row = await db.selectFrom('audit_entries').selectAll().where('log_index', '=', at).executeTakeFirstOrThrow();
    const write = (entry: string) =>
      db.updateTable('audit_entries').set({ entry }).where('log_index', '=', at).execute();
    await write(edited(row.entry, { code: 'not_found' }));
    const inPlace = await history.export();
    await write(row.entry);
    expect(await verifyExport({ folder: inPlace })).toMatchObject({ code: 'entry_edited', firstBad: at });

    await db.updateTable('audit_entries').set({ log_index: 1_000_000 }).where('log_index', '=', at).execute();
    const away = await history.export();
    await db.updateTable('audit_entries').set({ log_index: at }).where('log_index', '=', 1_000_000).execute();
    expect(await verifyExport({ folder: away })).toMatchObject({ code: 'entry_deleted', firstBad: at });
    expect(await verifyExport({ folder: await history.export() })).toMatchObject({ ok: true });
  });
});

describe('somebody with the whole store and the key of the log', () => {
  /** The denial never was, and everything after it is signed anew. */
  const rewritten = (): string[] => texts.with(denial(), edited(texts[denial()], { tool: 'get_ticket' }));
  const isFound = async (verify: Verify): Promise<void> => {
    const forged = await withEntries(rewritten(), { key: history.key }, { kept }, verify);
    expect(forged).toMatchObject({ ok: false, code: 'fork' });
  };

  test('rewrites history, and a checkpoint that was kept elsewhere says so [verify.fork]', async () => {
    expect(await withEntries(rewritten(), { key: history.key })).toMatchObject({ ok: true });
    await isFound(verifyExport);
  });

  test('is not found where the kept checkpoint is not looked at [verify.fork, check.twins]', async () => {
    const blind = await breakVerifier({
      module: '@narrow-deputies/transparency-log',
      instead: ({ verifyLog }) => ({
        verifyLog: ({ kept: _kept, ...log }: { kept?: unknown }) => (verifyLog as (log: unknown) => unknown)(log),
      }),
    });
    await expectCaught(() => isFound(blind));
  });
});

describe('checkpoint and key', () => {
  const vkeyOf = async (): Promise<string> => (await readFile(join(exported, 'log.vkey'), 'utf8')).trim();

  test('of the log and kept elsewhere are what it is verified with [verify.key]', async () => {
    const vkey = await vkeyOf();
    expect(await verifyExport({ folder: exported, key: vkey, kept })).toMatchObject({ ok: true });
    expect(await verifyExport({ folder: exported, key: `${vkey}\n` })).toMatchObject({ ok: true });
    expect(await verifyExport({ folder: exported, key: 'no key' })).toMatchObject({ code: 'key_unusable' });
  });

  test('of somebody else are refused, also where all was signed with them [verify.key]', async () => {
    const vkey = await vkeyOf();
    const [name = ''] = vkey.split('+');
    const foreign = generateKeyPairSync('ed25519').privateKey;
    const foreignKey = formatVerifierKey(verifierOf({ name, privateKey: foreign }));
    expect(await verifyExport({ folder: exported, key: foreignKey })).toMatchObject({ code: 'key_mismatch' });
    expect(await withEntries(texts, { key: foreign })).toMatchObject({ code: 'checkpoint_unsigned' });

    const folder = await copyOf(exported, join(place, 'copy'));
    await writeEntries(folder, texts, { key: foreign });
    await writeFile(join(folder, 'log.vkey'), `${foreignKey}\n`);
    // Whole, and not the log that it says it is.
    expect(await verifyExport({ folder })).toMatchObject({ ok: true });
    expect(await verifyExport({ folder, key: vkey })).toMatchObject({ code: 'key_mismatch' });
    expect(await verifyExport({ folder, kept })).toMatchObject({ code: 'kept_unsigned' });
  });

  test('that is older than the one that was kept is refused, with the entries that belong to it [verify.rollback]', async () => {
    const later = await history.checkpoint();
    await history.lab.people.owner.call('list_plans', {});
    const newest = await history.checkpoint();
    expect(newest.equals(later)).toBe(false);
    expect(await verifyExport({ folder: exported, kept: newest })).toMatchObject({ code: 'rolled_back' });
    const folder = await copyOf(exported, join(place, 'copy'));
    await writeFile(join(folder, 'checkpoint'), kept);
    expect(await verifyExport({ folder, kept })).toMatchObject({ ok: false });
  });
});
