import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commonPart, differences, REPEATED } from './repeated-rules.ts';
import { readFiles, ROOT } from './workspace.ts';

const servers = readdirSync(join(ROOT, 'servers'));
const files = readFiles(['servers'], (path) => Object.hasOwn(REPEATED, path.split('/').slice(2).join('/')));
const [original = '', copy = ''] = servers;

describe('what every server repeats', () => {
  test('is the same in each of them, but for what is a server’s own', () => {
    expect(servers.length).toBeGreaterThan(1);
    expect(differences(servers, files)).toEqual([]);
  });

  test.each(Object.keys(REPEATED))('%s has more in common than of its own', (path) => {
    const text = files[`servers/${copy}/${path}`] ?? '';
    expect(commonPart(path, text).length).toBeGreaterThan(text.length / 2);
  });

  test.each(Object.entries(REPEATED).flatMap(([path, own]) => own.map((pattern) => [path, pattern] as const)))(
    'in %s some server has something of its own that %s finds',
    (path, pattern) => {
      const found = servers.map((server) => (files[`servers/${server}/${path}`] ?? '').match(pattern)?.length ?? 0);
      expect(Math.max(...found)).toBeGreaterThan(0);
    },
  );

  const CHANGES = [
    ['src/backend.ts', 'const TIMEOUT = 10_000', 'const TIMEOUT = 60_000'],
    ['src/backend.ts', 'if (reply.status !== 202)', 'if (reply.status >= 500)'],
    ['src/config.ts', "if (url.protocol !== 'https:'", "if (url.protocol === 'ftp:'"],
    ['src/config.ts', "  delete environment['DEPUTY_TOKEN'];\n", ''],
    ['src/credential.ts', 'token.seed.fill(0);', ''],
    ['src/main.ts', 'process.exit(1)', 'process.exit(0)'],
    ['src/service.ts', ', createRefusalReports(backend)', ''],
    ['test/support.ts', 'toBeUndefined();\n}', 'toBeDefined();\n}'],
  ] as const;

  test.each(CHANGES)('a broken twin is reported: %s with other than %j', (path, before, after) => {
    const name = `servers/${copy}/${path}`;
    const text = files[name] ?? '';
    expect(text).toContain(before);
    const changed = { ...files, [name]: text.replace(before, after) };
    expect(differences([original, copy], changed)).toEqual([`${path} of ${copy} is not that of ${original}`]);
  });

  test('a broken twin is reported: a file that a server does not have', () => {
    const { [`servers/${copy}/src/host.ts`]: _gone, ...rest } = files;
    expect(differences(servers, rest)).toEqual([`${copy} has no src/host.ts`]);
  });
});
