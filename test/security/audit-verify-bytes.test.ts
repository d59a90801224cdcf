import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { LogToVerify, LogVerdict } from '@narrow-deputies/transparency-log';
import * as fc from 'fast-check';
import { startPostgres } from '../../backend-mock/test/support/engines.ts';
import { verifyExport } from '../../backend-mock/src/verifier/verify-export.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';
import { expectCaught } from '../support/broken.ts';
import { breakVerifier } from '../support/broken-verifier.ts';
import { copyOf, entriesIn, filesIn } from '../support/forged-export.ts';

let history: AuditedHistory;
/** A checkpoint that somebody kept before the last third of the history. */
let kept: Buffer;
let exported: string;
let vkey: string;
let place: string;
let texts: string[];

beforeAll(async () => {
  history = await startHistory();
  kept = await history.checkpoint();
  await history.lab.people.owner.call('list_plans', {});
  await history.lab.people.owner.call('list_audit', { limit: 1 });
  exported = await history.export();
  vkey = (await readFile(join(exported, 'log.vkey'), 'utf8')).trim();
  place = await history.folder();
  texts = await entriesIn(exported);
}, 120_000);
afterAll(() => history?.stop());

/** A copy of the export that something was done to. */
async function changed(change: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = await copyOf(exported, join(place, 'copy'));
  await change(folder);
  return folder;
}

describe('an export that nobody touched', () => {
  test('holds, by the key and the checkpoint that were kept elsewhere [verify.export, verify.unsigned]', async () => {
    const verdict = await verifyExport({ folder: exported, key: vkey, kept });
    expect(verdict).toEqual({
      ok: true,
      entries: texts.length,
      treeSize: texts.length,
      counts: {
        payloads: { present: expect.any(Number), missing: 0 },
        released: { approval: 4, task: 1, policy: 1 },
        acts: 12,
        keys: 4,
        refusedRows: 0,
        unsignedPolicies: [0],
        breaks: [],
      },
    });
    expect(texts.map((text) => (JSON.parse(text) as JsonObject)['auditId'])).toEqual(
      (await history.lab.entries()).slice(0, texts.length).map(({ auditId }) => auditId),
    );
  });

  test('holds without payloads as well, and says that they are not there [verify.export]', async () => {
    const folder = await history.export(false);
    expect(await filesIn(folder)).not.toContain('payloads.jsonl');
    expect(await verifyExport({ folder, kept })).toMatchObject({ ok: true, counts: { payloads: null } });
  });

  test('holds on PostgreSQL, beside a backend that goes on [verify.export, store.engines]', async () => {
    const server = await startPostgres();
    try {
      const other = await startHistory({ databaseUrl: await server.createDatabase({ empty: true }) });
      try {
        const early = await other.checkpoint();
        const [folder] = await Promise.all([
          other.export(),
          other.lab.people.owner.call('list_plans', {}),
          other.lab.people.owner.call('suspend', { kind: 'everything', target: '' }),
        ]);
        expect(await verifyExport({ folder, kept: early })).toMatchObject({ ok: true });
      } finally {
        await other.stop();
      }
    } finally {
      await server.stop();
    }
  }, 240_000);
});

/** Where each byte of a bundle belongs. */
async function entryAt(path: string, position: number): Promise<number> {
  const bundle = await readFile(join(exported, path));
  let at = 0;
  for (let index = 0; ; index++) {
    at += 2 + bundle.readUInt16BE(at);
    if (position < at) return index;
  }
}

describe('one byte that is another one', () => {
  const flip = async (path: string, position: number, mask: number, verify: typeof verifyExport) => {
    const folder = await changed(async (copy) => {
      const bytes = await readFile(join(copy, path));
      bytes[position] = (bytes[position] ?? 0) ^ mask;
      await writeFile(join(copy, path), bytes);
    });
    return verify({ folder });
  };
  /** Somewhere in a file, and what is done to the byte there. */
  const anywhere = async (path: string) => {
    const { length } = await readFile(join(exported, path));
    return fc.tuple(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }));
  };
  const isFound = async (path: string, runs: number, verify = verifyExport): Promise<void> => {
    await fc.assert(
      fc.asyncProperty(await anywhere(path), async ([position, mask]) => {
        expect(await flip(path, position, mask, verify)).toMatchObject({ ok: false });
      }),
      { numRuns: runs },
    );
  };

  test('is found in every file [verify.flip]', async () => {
    const files = await filesIn(exported);
    expect(files).toEqual(expect.arrayContaining(['README.txt', 'checkpoint', 'log.vkey', 'evidence.jsonl']));
    for (const path of files) await isFound(path, 60);
  }, 240_000);

  test('names the entry that it is in, and the one below a hash [verify.flip]', async () => {
    const files = await filesIn(exported);
    const bundle = files.find((path) => path.startsWith('tile/entries/')) ?? '';
    const tile = files.find((path) => path.startsWith('tile/0/')) ?? '';
    const indexes = new Map<string, (position: number) => Promise<number>>([
      [bundle, (position) => entryAt(bundle, position)],
      [tile, (position) => Promise.resolve(Math.floor(position / 32))],
    ]);
    for (const [path, indexOf] of indexes) {
      await fc.assert(
        fc.asyncProperty(await anywhere(path), async ([position, mask]) => {
          const verdict = await flip(path, position, mask, verifyExport);
          expect(verdict).toMatchObject({ ok: false, firstBad: await indexOf(position) });
        }),
        { numRuns: 60 },
      );
    }
  }, 120_000);

  test('names the line that it is in, but where the line says so itself [verify.flip]', async () => {
    for (const path of ['payloads.jsonl', 'evidence.jsonl', 'people.jsonl', 'acts.jsonl']) {
      const text = await readFile(join(exported, path));
      await fc.assert(
        fc.asyncProperty(await anywhere(path), async ([position, mask]) => {
          const from = position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
          const line = text.subarray(from, text.indexOf('\n', position)).toString('utf8');
          const { index } = JSON.parse(line) as { index: number };
          const said = line.indexOf(`"index":${index}`);
          fc.pre(position < from + said || position > from + said + `"index":${index},`.length);
          expect(await flip(path, position, mask, verifyExport)).toMatchObject({ ok: false, firstBad: index });
        }),
        { numRuns: 60 },
      );
    }
  }, 240_000);

  test('is not found where one of the checks is broken [verify.flip, check.twins]', async () => {
    const believing = await breakVerifier({
      module: '@narrow-deputies/transparency-log',
      instead: ({ parseEntryBundle }) => ({
        async verifyLog({ stream, onEntry }: LogToVerify): Promise<LogVerdict> {
          let entries = 0;
          for await (const bundle of 'bundles' in stream ? stream.bundles : []) {
            const read = parseEntryBundle as (bundle: Uint8Array, width: number) => Uint8Array[];
            for (const entry of read(bundle, texts.length)) await onEntry?.(entries++, entry);
          }
          return { ok: true, entries, treeSize: entries };
        },
      }),
    });
    const bundle = (await filesIn(exported)).find((path) => path.startsWith('tile/entries/')) ?? '';
    // Nothing but the tree vouches for how long something took.
    const position = (await readFile(join(exported, bundle))).indexOf('"latencyMs":0,') + '"latencyMs":'.length;
    expect(await flip(bundle, position, 1, verifyExport)).toMatchObject({ ok: false, code: 'entry_edited' });
    await expectCaught(async () => expect(await flip(bundle, position, 1, believing)).toMatchObject({ ok: false }));
  });
});
