import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { verifyExport } from '../../backend-mock/src/verifier/verify-export.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';
import { expectCaught } from '../support/broken.ts';
import { breakVerifier } from '../support/broken-verifier.ts';
import { changeLine, copyOf, entriesIn, linesOf, writeLines, type Line } from '../support/forged-export.ts';

type Verify = typeof verifyExport;

let history: AuditedHistory;
let exported: string;
let place: string;
let entries: JsonObject[];

beforeAll(async () => {
  history = await startHistory();
  exported = await history.export();
  place = await history.folder();
  entries = (await entriesIn(exported)).map((text) => JSON.parse(text) as JsonObject);
}, 120_000);
afterAll(() => history?.stop());

/** What a verification says of an export that somebody changed. */
async function after(change: (folder: string) => Promise<unknown>, verify: Verify = verifyExport) {
  const folder = await copyOf(exported, join(place, 'copy'));
  await change(folder);
  return verify({ folder });
}

describe('payloads', () => {
  test('that changed places are found at the first of them [verify.payload]', async () => {
    const swap = async (folder: string): Promise<void> => {
      const lines = await linesOf(folder, 'payloads.jsonl');
      const [one, other] = [lines[3] as Line, lines[4] as Line];
      await writeLines(
        folder,
        'payloads.jsonl',
        lines.with(3, { ...other, index: one.index }).with(4, { ...one, index: other.index }),
      );
    };
    const index = (await linesOf(exported, 'payloads.jsonl'))[3]?.index;
    const isFound = async (verify: Verify): Promise<void> =>
      expect(await after(swap, verify)).toMatchObject({ ok: false, code: 'payload_mismatch', firstBad: index });
    await isFound(verifyExport);
    const credulous = await breakVerifier({
      module: 'payloads.ts',
      instead: ({ Payloads }) => ({
        Payloads: class extends (Payloads as new () => object) {
          read(): undefined {}
        },
      }),
    });
    await expectCaught(() => isFound(credulous));
  });

  test('that are gone without a deletion on record are missed, one by one [verify.payload]', async () => {
    const lines = await linesOf(exported, 'payloads.jsonl');
    const index = lines[5]?.index ?? 0;
    expect(await after((folder) => changeLine(folder, 'payloads.jsonl', index, () => undefined))).toMatchObject({
      code: 'payload_missing',
      firstBad: index,
    });
    expect(await after((folder) => writeFile(join(folder, 'payloads.jsonl'), ''))).toMatchObject({
      code: 'payload_missing',
      firstBad: lines[0]?.index,
    });
  });

  test('of another salt, or beside an entry that has none, are refused [verify.payload]', async () => {
    const [first] = await linesOf(exported, 'payloads.jsonl');
    const { index = 0 } = first ?? {};
    const salt = (text: string) => (folder: string) =>
      changeLine(folder, 'payloads.jsonl', index, (line) => ({ ...line, salt: text }));
    expect(await after(salt('A'.repeat(43)))).toMatchObject({ code: 'payload_mismatch', firstBad: index });
    expect(await after(salt('short'))).toMatchObject({ code: 'payload_malformed', firstBad: index });
    const extra = { ...first, index: 0, auditId: entries[0]?.['auditId'] } as JsonObject;
    const prepend = async (folder: string) =>
      writeLines(folder, 'payloads.jsonl', [extra, ...(await linesOf(folder, 'payloads.jsonl'))]);
    expect(await after(prepend)).toMatchObject({ code: 'payload_unexpected', firstBad: 0 });
  });
});

describe('files of an export', () => {
  test('that are missing, new, or other than files are named [verify.files]', async () => {
    for (const name of ['README.txt', 'log.vkey', 'checkpoint', 'evidence.jsonl', 'people.jsonl', 'acts.jsonl']) {
      expect(await after((folder) => rm(join(folder, name)))).toMatchObject({ code: 'file_missing' });
    }
    expect(await after((folder) => writeFile(join(folder, 'evidence.csv'), ''))).toMatchObject({
      code: 'file_unexpected',
    });
    expect(await after((folder) => mkdir(join(folder, 'more')))).toMatchObject({ code: 'file_unexpected' });
    expect(await after((folder) => writeFile(join(folder, 'tile/0/001'), ''))).toMatchObject({
      code: 'file_unexpected',
    });
    expect(await after((folder) => symlink('/etc', join(folder, 'tile/8')))).toMatchObject({ code: 'file_unexpected' });
  });
});
