import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withFixedTimes } from '../../scripts/bundle-mcpb.ts';
import { bundleServer } from '../../scripts/bundle.ts';
import { runScript, type Finished } from '../support/processes.ts';
import { outsideFolder, removeFolder } from './packed.ts';

const SERVER = 'blog-publisher';

let outside: string;
beforeAll(async () => {
  outside = await outsideFolder();
});
afterAll(() => removeFolder(outside));

const bundle = (...args: string[]): Promise<Finished> => runScript('bundle', args, process.env);

describe('npm run bundle', () => {
  test('packs a server in both formats, and prints sizes and digests [install.bundle]', async () => {
    const out = join(outside, 'deep', 'first');
    const { code, stdout, stderr } = await bundle('--out', out, SERVER);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const files = await readdir(out);
    expect(files.toSorted()).toEqual([
      expect.stringMatching(/^blog-publisher-[\d.]+\.mcpb$/),
      expect.stringMatching(/\.tgz$/),
    ]);
    for (const file of files) {
      const bytes = await readFile(join(out, file));
      const digest = createHash('sha256').update(bytes).digest('hex');
      expect(stdout).toMatch(new RegExp(`^${file.replaceAll('.', '\\.')} +${bytes.length}  ${digest}$`, 'm'));
    }
  }, 120_000);

  test('the same sources give the same bytes [install.bundle]', async () => {
    const first = join(outside, 'deep', 'first');
    const again = await bundleServer(SERVER, join(outside, 'again'));
    for (const [file, copy] of Object.entries(again).map(
      ([, path]) => [path.split(/[\\/]/).at(-1) ?? '', path] as const,
    )) {
      expect((await readFile(copy)).equals(await readFile(join(first, file)))).toBe(true);
    }
  }, 60_000);

  test('explains itself, and says what it does not know [people.cli]', async () => {
    expect(await bundle('--help')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('--out DIR') });
    const unknown = await bundle('blog-publishr');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('There is no server blog-publishr. There are: blog-publisher');
    expect(await bundle('--nonsense')).toMatchObject({ code: 1, stdout: '' });
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no archive', Buffer.alloc(64)],
  ])('times are set in an archive and in nothing else: %s [install.bundle]', (_what, bytes) => {
    expect(() => withFixedTimes(bytes)).toThrow('does not end as one');
  });
});
