import { chmod, lstat, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../src/cli/commands/connect.ts';
import { claudeDesktopConfig } from '../../src/cli/connect/claude-desktop.ts';
import { readConfig, writeConfig } from '../../src/cli/connect/config-file.ts';
import { reportJson, reportLines } from '../../src/cli/connect/report.ts';
import { Session } from '../../src/cli/session.ts';
import { changes, OTHERS, Place, token } from './connect-place.ts';

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.dispose());

describe('connecting', () => {
  test('makes a private file where there is none, and says so [install.connect]', async () => {
    const report = await place.connect();
    expect(report).toMatchObject({ created: true, changed: true, backup: null, warnings: [] });
    expect(await place.text()).toBe(`${JSON.stringify({ mcpServers: place.servers }, null, 2)}\n`);
    expect((await stat(place.config)).mode & 0o777).toBe(0o600);
    expect(await place.names()).toEqual(['claude_desktop_config.json']);
    expect(reportLines(report)[0]).toBe(`${place.config} (new)`);
    expect(reportLines(report).at(-1)).toBe('Quit Claude Desktop and start it again.');
  });

  test('makes the folder of the usual place, but of no place that somebody named [install.connect]', async () => {
    const session = new Session(
      { home: place.home },
      { HOME: place.folder, XDG_CONFIG_HOME: join(place.folder, 'xdg'), APPDATA: place.folder },
    );
    if (process.platform === 'linux') {
      const { file } = await connect(session, {});
      expect(file).toBe(join(place.folder, 'xdg', 'Claude', 'claude_desktop_config.json'));
      expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    }
    await expect(place.connect({ config: join(place.folder, 'no', 'such', 'folder.json') })).rejects.toMatchObject({
      code: 'unwritable',
    });
  });

  test('adds its entries in the manner of the file, and nothing else changes by one byte [install.connect]', async () => {
    await place.write(OTHERS);
    const report = await place.connect();
    expect(changes(report)).toEqual(['blog-publisher added', 'crm-reader added']);
    const after = await place.text();
    const end = OTHERS.indexOf('\n    }\n}');
    expect(after.startsWith(`${OTHERS.slice(0, end)},\n        "blog-publisher": {\n            "command"`)).toBe(true);
    expect(after.endsWith(OTHERS.slice(end))).toBe(true);
    expect(JSON.parse(after)).toMatchObject({ theme: 'dark', mcpServers: place.servers });
    expect(report.result.others).toBe(1);
  });

  test('keeps what was there in a backup, which no later one replaces [install.connect]', async () => {
    await place.write(OTHERS, 0o640);
    const file = await readConfig(place.config);
    const now = new Date('2026-04-18T10:00:00Z');
    const first = await writeConfig(file, '{"a":1}', now);
    const second = await writeConfig(await readConfig(place.config), '{"a":2}', now);
    expect([first, second]).toEqual([
      `${place.config}.backup-20260418T100000Z`,
      `${place.config}.backup-20260418T100000Z-2`,
    ]);
    expect(await readFile(first ?? '', 'utf8')).toBe(OTHERS);
    expect(await readFile(second ?? '', 'utf8')).toBe('{"a":1}');
    for (const path of [place.config, first ?? '']) expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  test('again changes nothing and leaves no backup [install.connect]', async () => {
    await place.write(OTHERS);
    await place.connect();
    const [before, listed] = [await place.text(), await place.names()];
    const report = await place.connect();
    expect(report).toMatchObject({ changed: false, backup: null });
    expect(changes(report)).toEqual(['blog-publisher unchanged', 'crm-reader unchanged']);
    expect([await place.text(), await place.names()]).toEqual([before, listed]);
  });

  test('a new token changes that entry alone [install.connect]', async () => {
    await place.write(OTHERS);
    await place.connect();
    const before = await place.text();
    const [old, fresh] = [token('blog-publisher'), token('blog-publisher-two')];
    place.servers['blog-publisher'] = {
      ...place.entry('blog-publisher'),
      env: { DEPUTY_TOKEN: fresh, DEPUTY_BACKEND_URL: 'http://127.0.0.1:4180' },
    };
    await place.serve(place.servers);
    expect(changes(await place.connect())).toEqual(['blog-publisher changed', 'crm-reader unchanged']);
    expect(await place.text()).toBe(before.replace(old, fresh));
  });

  test('a byte-order mark stays where it was [install.connect]', async () => {
    await place.write(`\uFEFF${OTHERS}`);
    await place.connect();
    expect((await readFile(place.config)).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    await place.connect({ remove: true });
    expect(await place.text()).toBe(`\uFEFF${OTHERS}`);
  });

  test('a link to the file stays one [install.connect]', async () => {
    const real = join(place.folder, 'dotfiles.json');
    await writeFile(real, OTHERS, { mode: 0o600 });
    await symlink(real, place.config);
    const report = await place.connect();
    expect((await lstat(place.config)).isSymbolicLink()).toBe(true);
    expect(report.file).toBe(real);
    expect(JSON.parse(await readFile(real, 'utf8'))).toMatchObject({ mcpServers: place.servers });
    expect(report.backup).toMatch(/dotfiles\.json\.backup-/);
  });

  test('a dry run shows what would be done, without a token, and writes nothing [install.connect, secret.canary]', async () => {
    await place.write(OTHERS);
    const report = await place.connect({ dryRun: true });
    expect(report).toMatchObject({ changed: true, backup: null });
    expect([await place.text(), await place.names()]).toEqual([OTHERS, ['claude_desktop_config.json']]);
    const shown = [...reportLines(report), JSON.stringify(reportJson(report))].join('\n');
    expect(shown).toContain('"DEPUTY_TOKEN": "deputy_development_blog-publisher_..."');
    expect(shown).not.toContain(token('blog-publisher').slice(-20));
    await rm(place.config);
    expect(await place.connect({ dryRun: true })).toMatchObject({ created: true });
    expect(await place.names()).toEqual([]);
  });
});

describe('taking the servers out', () => {
  test.each([true, false])(
    'gives the file as it was, also when the backend is stopped (runs: %s) [install.connect]',
    async (runs) => {
      await place.write(OTHERS);
      await place.connect();
      if (!runs) await place.stop();
      const report = await place.connect({ remove: true });
      expect(changes(report)).toEqual(expect.arrayContaining(['blog-publisher removed', 'crm-reader removed']));
      expect(await place.text()).toBe(OTHERS);
      expect(await place.connect({ remove: true })).toMatchObject({ changed: false, backup: null });
    },
  );

  test('makes no file [install.connect]', async () => {
    expect(await place.connect({ remove: true })).toMatchObject({ changed: false, created: false });
    expect(await place.names()).toEqual([]);
  });
});

describe('warnings', () => {
  test('a file that others may read, and one that a server may read [install.connect]', async () => {
    await place.write(OTHERS);
    await chmod(place.config, 0o644);
    place.servers['blog-publisher'] = place.entry('blog-publisher', [dirname(place.config)]);
    await place.serve(place.servers);
    const { warnings } = await place.connect();
    expect(warnings).toEqual([
      expect.stringContaining('(0644)'),
      expect.stringContaining('which blog-publisher may read'),
    ]);
    expect((await stat(place.config)).mode & 0o777).toBe(0o644);
  });

  test('also where that folder is reached by a link [install.connect]', async () => {
    const drafts = join(place.folder, 'drafts');
    await symlink(dirname(place.config), drafts);
    place.servers['blog-publisher'] = place.entry('blog-publisher', [drafts]);
    await place.serve(place.servers);
    expect((await place.connect({ dryRun: true })).warnings).toHaveLength(1);
  });
});

test.each([
  ['darwin', {}, '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json'],
  ['win32', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Claude\\claude_desktop_config.json'],
  ['win32', {}, '\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json'],
  ['linux', {}, '/Users/ada/.config/Claude/claude_desktop_config.json'],
  ['linux', { XDG_CONFIG_HOME: '/etc/ada' }, '/etc/ada/Claude/claude_desktop_config.json'],
  ['linux', { XDG_CONFIG_HOME: 'ada' }, '/Users/ada/.config/Claude/claude_desktop_config.json'],
] as const)('Claude Desktop keeps it, on %s with %j, in %s [install.connect]', (platform, env, expected) => {
  expect(claudeDesktopConfig(platform, env, '/Users/ada')).toBe(expected);
});
