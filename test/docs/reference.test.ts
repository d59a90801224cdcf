import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT, runScript } from '../support/processes.ts';

const REFERENCE = join(ROOT, 'docs', 'reference');
const { PATH, HOME } = process.env;

const check = (...args: string[]): ReturnType<typeof runScript> =>
  runScript('docs', ['--check', ...args], { PATH, HOME, CI: 'true' });

test('the pages of docs/reference are what the contracts and the servers say today [house.docs]', async () => {
  expect(await check()).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a page that says one word otherwise, and one that is missing, are reported', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-docs-'));
  try {
    await copyFile(join(REFERENCE, 'tools.md'), join(folder, 'tools.md'));
    const text = await readFile(join(folder, 'tools.md'), 'utf8');
    await writeFile(join(folder, 'tools.md'), text.replace('approved byte for byte', 'approved'));
    const { code, stderr } = await check('--out', folder);
    expect(stderr.trimEnd().split('\n')).toEqual(
      ['error-codes.md', 'not-audited.md', 'tools.md'].map(
        (name) => `${join(folder, name)} is out of date: run "npm run docs".`,
      ),
    );
    expect(code).toBe(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
