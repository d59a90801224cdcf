import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { homeOf } from '../../backend-mock/src/start/home.ts';
import { keepPrivate } from '../../backend-mock/src/start/private-files.ts';
import { Database } from '../../backend-mock/src/database/database.ts';
import { migrate } from '../../backend-mock/src/database/migrate.ts';

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

let folder: string;
let umask: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-private-'));
  umask = process.umask(0o022);
});
afterEach(async () => {
  process.umask(umask);
  await rm(folder, { recursive: true, force: true });
});

const FILES = ['deputies.sqlite', 'deputies.sqlite-wal', 'deputies.sqlite-shm', 'ready.json', 'tokens.json', 'log.key'];

async function openHome(): Promise<{ home: ReturnType<typeof homeOf>; env: NodeJS.ProcessEnv }> {
  const home = homeOf(join(folder, 'home'), {});
  const people = join(folder, 'people');
  await mkdir(home.checkpoints, { recursive: true });
  await mkdir(people);
  for (const name of FILES) await writeFile(join(home.folder, name), 'x', { mode: 0o644 });
  await writeFile(join(home.checkpoints, 'one'), 'x', { mode: 0o644 });
  await writeFile(join(people, 'owner.key.json'), 'x', { mode: 0o644 });
  await chmod(home.folder, 0o755);
  return { home, env: { DEPUTIES_PEOPLE: people } };
}

describe('a home that was there', () => {
  test('is closed to others, and every private file of it, and what was open is said [home.private]', async () => {
    const { home, env } = await openHome();
    const said = await keepPrivate(home, env);
    expect(await modeOf(home.folder)).toBe('700');
    const files = [
      ...FILES.map((name) => join(home.folder, name)),
      join(home.checkpoints, 'one'),
      join(folder, 'people', 'owner.key.json'),
    ];
    for (const file of files) {
      expect([file, await modeOf(file)]).toEqual([file, '600']);
      expect(said.join('\n')).toContain(file);
    }
    expect(await keepPrivate(home, env)).toEqual([]);
  });

  test('that others may change, and that is more than a home, is refused and left as it is [home.private]', async () => {
    const { home, env } = await openHome();
    await writeFile(join(home.folder, 'letter.txt'), 'x', { mode: 0o644 });
    await chmod(home.folder, 0o777);
    await expect(keepPrivate(home, env)).rejects.toThrow('Others on this machine may change');
    expect([await modeOf(home.folder), await modeOf(join(home.folder, 'letter.txt'))]).toEqual(['777', '644']);
  });
});

test('a store is for its owner alone, whatever the umask, with the files beside it [home.private]', async () => {
  const location = join(folder, 'deputies.sqlite');
  for (const left of [undefined, 0o644]) {
    if (left !== undefined) for (const name of await readdir(folder)) await chmod(join(folder, name), left);
    const database = new Database({ location });
    await migrate(database);
    const names = await readdir(folder);
    expect(names).toEqual(expect.arrayContaining(['deputies.sqlite', 'deputies.sqlite-wal', 'deputies.sqlite-shm']));
    for (const name of names) expect([name, await modeOf(join(folder, name))]).toEqual([name, '600']);
    await database.close();
  }
});
