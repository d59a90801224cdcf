import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JsonLines } from '../../src/verifier/json-lines.ts';

const CODES = {
  malformed: 'evidence_malformed',
  missing: 'evidence_missing',
  unexpected: 'evidence_unexpected',
} as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-lines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function linesOf(text: string): Promise<JsonLines> {
  const file = join(folder, `${++count}.jsonl`);
  await writeFile(file, text);
  return new JsonLines(file, 'lines.jsonl', CODES);
}

test('lines are handed out to their entries, in order, whatever characters are in them [verify.files]', async () => {
  const separators = '\u2028 \u2029 \u0085 é 😀';
  const long = 'x'.repeat(300_000);
  const lines = await linesOf(`{"a":"${separators}","index":1}\n{"a":"${long}","index":4}\n`);
  expect(await lines.at(0, true)).toBeUndefined();
  expect(await lines.at(1, true)).toEqual({ index: 1, a: separators });
  expect(await lines.at(2, false)).toBeUndefined();
  expect(await lines.demand(4)).toEqual({ index: 4, a: long });
  await lines.end();
  await lines.close();
});

test.each([
  ['no newline at the end', '{"index":0}'],
  ['blanks', '{ "index":0}\n'],
  ['a carriage return', '{"index":0}\r\n'],
  ['a key twice', '{"index":0,"index":0}\n'],
  ['no index', '{"a":0}\n'],
  ['an index below zero', '{"index":-1}\n'],
  ['a list', '[0]\n'],
  ['an empty line', '\n'],
  ['a byte-order mark', '\ufeff{"index":0}\n'],
])('a line with %s is refused where one is expected, and at the end [verify.files]', async (_what, text) => {
  const malformed = { code: 'evidence_malformed' };
  const expected = await linesOf(text);
  expect(await expected.at(0, false)).toBeUndefined();
  await expect(expected.at(1, true)).rejects.toMatchObject(malformed);
  await expect((await linesOf(text)).end()).rejects.toMatchObject(malformed);
});

test('a line that no entry has, twice, or missing is named [verify.files]', async () => {
  const unasked = await linesOf('{"index":3}\n');
  await expect(unasked.at(3, false)).rejects.toMatchObject({ code: 'evidence_unexpected', index: 3 });
  const early = await linesOf('{"index":3}\n');
  await expect(early.at(5, true)).rejects.toMatchObject({ code: 'evidence_unexpected', index: 3 });
  await expect((await linesOf('')).demand(0)).rejects.toMatchObject({ code: 'evidence_missing' });
  const twice = await linesOf('{"index":3}\n{"index":3}\n');
  await twice.at(3, true);
  await expect(twice.demand(4)).rejects.toMatchObject({ code: 'evidence_malformed' });
  await expect((await linesOf('{"index":9}\n')).end()).rejects.toMatchObject({ code: 'evidence_unexpected' });
});
