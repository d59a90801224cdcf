import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tarballFaults } from '../../scripts/bundle-check.ts';
import { buildProgram } from '../../scripts/bundle-program.ts';
import { settingsOf } from '../../scripts/bundle-servers.ts';
import { packTarball } from '../../scripts/bundle-tarball.ts';
import { packableServers } from '../../scripts/bundle.ts';
import { expectCaught } from '../support/broken.ts';
import { NODE, watch, type Finished } from '../support/processes.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { AWAY, entered, filesBelow, outsideFolder, readingCall, removeFolder, sourceTools } from './packed.ts';

describe.each(packableServers())('the npm tarball of %s', (server) => {
  let outside: string;
  let installed: string;
  let command: string;
  let env: Record<string, string>;

  /** A command as a user would run it outside the workspace, with this Node first on the path. */
  const run = (program: string, ...args: string[]): Promise<Finished> =>
    watch(spawn(program, args, { cwd: outside, env: { ...process.env, PATH: env['PATH'] }, stdio: 'pipe' })).ended;

  beforeAll(async () => {
    outside = await outsideFolder();
    const drafts = join(outside, 'drafts');
    await mkdir(drafts);
    const values = entered(server, drafts);
    env = {
      PATH: [dirname(NODE), process.env['PATH'] ?? ''].join(delimiter),
      ...Object.fromEntries(settingsOf(server).map(({ key, env: name }) => [name, values[key] ?? ''])),
    };
    const file = join(outside, `${server}.tgz`);
    await packTarball(await buildProgram(server), file);
    const prefix = join(outside, 'elsewhere');
    // A cache of its own: an empty one, so that nothing could come from there either.
    const flags = ['--offline', '--cache', join(outside, 'cache'), '--no-audit', '--no-fund'];
    expect(await run('npm', 'install', ...flags, '--prefix', prefix, file)).toMatchObject({ code: 0 });
    installed = join(prefix, 'node_modules', '@narrow-deputies', server);
    command = join(prefix, 'node_modules', '.bin', server);
  }, 60_000);
  afterAll(() => removeFolder(outside));

  const packageJson = async (): Promise<object> =>
    JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as object;

  test('installs without a registry, alone, and holds one program and its licence notes [install.bundle]', async () => {
    expect(tarballFaults(await filesBelow(installed), await packageJson())).toEqual([]);
    const modules = join(installed, '..', '..');
    expect((await readdir(modules)).filter((name) => !name.startsWith('.'))).toEqual(['@narrow-deputies']);
    expect(await readdir(join(modules, '@narrow-deputies'))).toEqual([server]);
  });

  test('its command explains itself [install.bundle]', async () => {
    const { code, stdout, stderr } = await run(command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const setting of settingsOf(server)) expect(stdout).toContain(setting.env);
    expect(await run(command, '--nonsense')).toMatchObject({ code: 1, stdout: '' });
  });

  test('its command serves the tools of the server, and says when the backend is away [install.bundle, host.lifecycle]', async () => {
    const started = new StdioServer({ command, args: [], env });
    try {
      const names = (await sourceTools(server)).map(({ name }) => name);
      expect(await started.toolNames()).toEqual(names);
      const { name, args } = await readingCall(server);
      const { isError, data } = await started.call(name, args);
      expect({ isError, code: data['code'] }).toEqual({ isError: true, code: 'unavailable' });
      expect(data['detail']).toContain(AWAY);
    } finally {
      expect((await started.end()).code).toBe(0);
    }
  });

  test('its page shows every setting and tool, and no token [install.bundle]', async () => {
    const page = await readFile(join(installed, 'README.md'), 'utf8');
    for (const setting of settingsOf(server)) expect(page).toContain(`\`${setting.env}\``);
    for (const { name } of await sourceTools(server)) expect(page).toContain(`\`${name}\``);
    expect(page).not.toMatch(/deputy_[a-z]+_/);
  });

  test.each<[string, string[], object]>([
    ['a file more', ['src/main.ts'], {}],
    ['a dependency', [], { dependencies: { zod: '4.6.7' } }],
    ['a script that runs at installation', [], { scripts: { postinstall: 'node dist/main.js' } }],
  ])('one with %s is caught [check.twins]', async (_what, files, fields) => {
    const found = await filesBelow(installed);
    const given = { ...(await packageJson()), ...fields };
    await expectCaught(() => expect(tarballFaults([...found, ...files], given)).toEqual([]));
  });
});
