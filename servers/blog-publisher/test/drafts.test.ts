import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { DRAFTS_MAX } from '@narrow-deputies/contracts/blog';
import { listDraftFiles } from '../src/draft-listing.ts';
import { readDraft } from '../src/drafts.ts';
import { temporaryFolder } from './support.ts';

const LIMIT = 1024;
let root: string;
let outside: string;
beforeEach(() => {
  root = temporaryFolder();
  outside = temporaryFolder();
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'a.md'), 'inside');
  writeFileSync(join(root, 'sub', 'b.md'), 'inside too');
  writeFileSync(join(outside, 'b.md'), 'OUTSIDE');
});

const read = (filename: string): string => {
  const result = readDraft(root, filename.split('/'), LIMIT);
  return result.ok ? result.bytes.toString() : result.fault;
};

describe('readDraft [draft.filename]', () => {
  test('reads a regular file in the folder or below it', () => {
    expect(read('a.md')).toBe('inside');
    expect(read('sub/b.md')).toBe('inside too');
  });

  test('follows no symbolic link, wherever it stands and wherever it leads', () => {
    symlinkSync(join(outside, 'b.md'), join(root, 'file.md'));
    symlinkSync('a.md', join(root, 'within.md'));
    symlinkSync(outside, join(root, 'folder'));
    symlinkSync('nowhere', join(root, 'dangling.md'));
    expect(['file.md', 'within.md', 'folder/b.md', 'dangling.md'].map(read)).toEqual(['link', 'link', 'link', 'link']);
  });

  test('notices that the folder itself was exchanged for a link', () => {
    renameSync(root, `${root}-moved`);
    symlinkSync(outside, root);
    expect(read('b.md')).toBe('link');
  });

  test('opens nothing but regular files, and never waits for a writer', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.md')]);
    mkdirSync(join(root, 'folder.md'));
    const server = createServer().listen(join(root, 'socket.md'));
    await new Promise((resolve) => server.once('listening', resolve));
    expect(['pipe.md', 'folder.md', 'socket.md'].map(read)).toEqual(['kind', 'kind', 'kind']);
    server.close();
  });

  test('says what is missing and what is too large', () => {
    writeFileSync(join(root, 'limit.md'), Buffer.alloc(LIMIT, 0x61));
    writeFileSync(join(root, 'over.md'), Buffer.alloc(LIMIT + 1, 0x61));
    expect(['none.md', 'none/none.md', 'a.md/none.md', 'over.md'].map(read)).toEqual([
      'missing',
      'missing',
      'missing',
      'size',
    ]);
    expect(read('limit.md')).toHaveLength(LIMIT);
  });

  test('reads no file that has a further name, and lists it with why [draft.filename]', () => {
    linkSync(join(outside, 'b.md'), join(root, 'hard.md'));
    expect(read('hard.md')).toBe('shared');
    const listed = Array.from(listDraftFiles(root)).find(({ filename }) => filename === 'hard.md');
    expect(listed?.nameFault).toMatch(/hard link/);
    expect(listed?.bytes).toHaveLength(0);
    unlinkSync(join(outside, 'b.md'));
    expect(read('hard.md')).toBe('OUTSIDE');
  });

  test.each([
    [
      'the file',
      'a.md',
      'fs.renameSync(`${root}/a.md`, `${root}/away`); fs.symlinkSync(`${outside}/b.md`, `${root}/a.md`);',
      'fs.unlinkSync(`${root}/a.md`); fs.renameSync(`${root}/away`, `${root}/a.md`);',
    ],
    [
      'its folder',
      'sub/b.md',
      'fs.renameSync(`${root}/sub`, `${root}/away`); fs.symlinkSync(outside, `${root}/sub`);',
      'fs.unlinkSync(`${root}/sub`); fs.renameSync(`${root}/away`, `${root}/sub`);',
    ],
  ])('never reads outside while another process exchanges %s for a link', async (_what, filename, swap, back) => {
    const code = `const fs = require('node:fs'); const { workerData: { root, outside, stop } } = require('node:worker_threads');
      const flag = new Int32Array(stop);
      while (Atomics.load(flag, 0) === 0) { ${swap} ${back} }`;
    const stop = new SharedArrayBuffer(4);
    const worker = new Worker(code, { eval: true, workerData: { root, outside, stop } });
    await new Promise((resolve) => worker.once('online', resolve));
    const seen = new Set<string>();
    for (let round = 0; round < 4000; round += 1) seen.add(read(filename));
    Atomics.store(new Int32Array(stop), 0, 1);
    await new Promise((resolve) => worker.once('exit', resolve));
    expect(seen).not.toContain('OUTSIDE');
    expect([...seen].every((one) => ['inside', 'inside too', 'link', 'missing', 'changed'].includes(one))).toBe(true);
  });
});

const names = (): string[] => Array.from(listDraftFiles(root), ({ filename }) => filename);

describe('listDraftFiles', () => {
  test('lists regular Markdown files in order and passes over all else', () => {
    mkdirSync(join(root, 'node_modules'));
    mkdirSync(join(root, '.git'));
    for (const name of ['node_modules/x.md', '.git/x.md', '.hidden.md', 'notes.txt', 'B.MD', 'sub/c.md']) {
      writeFileSync(join(root, name), 'x');
    }
    symlinkSync(join(outside, 'b.md'), join(root, 'link.md'));
    symlinkSync(outside, join(root, 'linked'));
    execFileSync('mkfifo', [join(root, 'pipe.md')]);
    expect(names()).toEqual(['a.md', 'sub/b.md', 'sub/c.md']);
  });

  test('goes no deeper than eight folders', () => {
    const deep = Array.from({ length: 9 }, (_, n) => `d${n}`);
    mkdirSync(join(root, ...deep), { recursive: true });
    writeFileSync(join(root, ...deep.slice(0, 8), 'in.md'), 'x');
    writeFileSync(join(root, ...deep, 'out.md'), 'x');
    expect(names().filter((name) => name.startsWith('d0'))).toEqual([`${deep.slice(0, 8).join('/')}/in.md`]);
  });

  test('lists no more than a backend takes', () => {
    for (let n = 0; n < DRAFTS_MAX + 5; n += 1) writeFileSync(join(root, `n${n}.md`), 'x');
    expect(names()).toHaveLength(DRAFTS_MAX);
  });

  test('lists a file whose name cannot be used, says why and shows nothing odd in the name', () => {
    writeFileSync(join(root, 'x\u202Ey\nz.md'), 'x');
    const found = Array.from(listDraftFiles(root)).find(({ nameFault }) => nameFault !== undefined);
    expect(found).toMatchObject({ filename: 'x\uFFFDy\uFFFDz.md', nameFault: expect.stringContaining('letters') });
  });

  test('passes over a folder and a file that it may not read', () => {
    chmodSync(join(root, 'sub'), 0);
    const isRoot = process.getuid?.() === 0;
    expect(names()).toEqual(isRoot ? ['a.md', 'sub/b.md'] : ['a.md']);
    chmodSync(join(root, 'sub'), 0o755);
    expect(readFileSync(join(root, 'sub', 'b.md'), 'utf8')).toBe('inside too');
  });
});
