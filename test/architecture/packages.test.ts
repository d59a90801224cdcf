import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { omitsRegistry, unlocked, unpinned } from './package-rules.ts';
import { parseManifest, readFiles, ROOT, type Manifest } from './workspace.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const manifests = (): Manifest[] => {
  const folders = ['servers', 'shared', 'backend-mock', 'test'];
  const found = readFiles(folders, (path) => /^((servers|shared)\/[^/]+|backend-mock|test)\/package\.json$/.test(path));
  return [read('package.json'), ...Object.values(found)].map(parseManifest);
};

const lock = (entry: object): string =>
  JSON.stringify(
    {
      packages: {
        '': {},
        'shared/a': {},
        'node_modules/a': { resolved: 'shared/a', link: true },
        'node_modules/b': entry,
      },
    },
    null,
    2,
  );

describe('versions are exact', () => {
  test('in every package.json of the workspace', () => {
    const all = manifests();
    expect(all.length).toBeGreaterThanOrEqual(6);
    const { seen, faults } = unpinned(all);
    expect(faults).toEqual([]);
    expect(seen).toBeGreaterThan(0);
  });

  test.each([
    '^1.0.0',
    '~1.0.0',
    '1.x',
    '*',
    'latest',
    '>=1.0.0',
    '1.0',
    'file:../x',
    'npm:other@1.0.0',
    '1.0.0 || 2.0.0',
  ])('a broken twin is reported: %s', (version) => {
    const sound = { name: 'a', dependencies: { b: '1.0.0' } };
    expect(unpinned([sound, { name: 'c', devDependencies: { d: version } }])).toEqual({
      seen: 2,
      faults: [`c: d ${version}`],
    });
    expect(unpinned([{ name: 'c', optionalDependencies: { d: version } }]).faults).toHaveLength(1);
  });

  test('a pre-release is exact too', () => {
    expect(unpinned([{ name: 'a', dependencies: { b: '1.2.3-beta.17' } }])).toEqual({ seen: 1, faults: [] });
  });
});

describe('the lockfile names no registry and holds every package by its digest', () => {
  test('package-lock.json', () => {
    const { seen, faults } = unlocked(read('package-lock.json'));
    expect(faults).toEqual([]);
    expect(seen).toBeGreaterThan(0);
  });

  test('a sound one passes', () => {
    expect(unlocked(lock({ version: '1.0.0', integrity: 'sha512-AA==' }))).toEqual({ seen: 1, faults: [] });
  });

  test.each([
    ['an address', { resolved: 'https://registry.example/b.tgz', integrity: 'sha512-AA==' }],
    ['a repository', { resolved: 'git+ssh://git@example.com/b.git#1', integrity: 'sha512-AA==' }],
    ['no digest', { version: '1.0.0' }],
    ['no digest of an optional package for every platform', { version: '1.0.0', optional: true }],
    ['a weak digest', { integrity: 'sha1-AA==' }],
    ['a weak digest of a binary for one platform', { integrity: 'sha1-AA==', optional: true, os: ['darwin'] }],
  ])('a broken twin is reported: %s', (_name, entry) => {
    expect(unlocked(lock(entry)).faults).toHaveLength(1);
  });

  test('a linked package that lies elsewhere is reported', () => {
    const elsewhere = { packages: { 'node_modules/a': { resolved: 'https://registry.example/a', link: true } } };
    expect(unlocked(JSON.stringify(elsewhere, null, 2)).faults).toHaveLength(1);
  });

  test('.npmrc keeps it so', () => {
    expect(omitsRegistry(read('.npmrc'))).toBe(true);
  });

  test.each(['', 'omit-lockfile-registry-resolved=false', '# omit-lockfile-registry-resolved=true'])(
    'a broken .npmrc is reported: %j',
    (text) => expect(omitsRegistry(text)).toBe(false),
  );
});
