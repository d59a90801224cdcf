import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ListedTool } from '@narrow-deputies/server-kit';
import { buildServer } from '@narrow-deputies/server-kit/build';
import { formatToken } from '@narrow-deputies/signing';
import * as z from 'zod';
import { ROOT } from '../support/processes.ts';
import { startFakeBackend, type FakeBackend } from './fake-backend.ts';
import { HOSTS, INFO, type Session } from './hosts.ts';
import { LAUNCHES } from './launches.ts';

const AWAY = 'http://127.0.0.1:9';

const newFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'deputies-bundle-')));

test('every server is tried', () => {
  expect(Object.keys(LAUNCHES).toSorted()).toEqual(readdirSync(join(ROOT, 'servers')).toSorted());
});

describe.each(Object.entries(LAUNCHES))('the bundle of %s', (server, { folder, answered, refused }) => {
  const token = formatToken({ environment: 'development', clientId: server, seed: new Uint8Array(32).fill(7) });
  let built: string;
  let alone: string;
  let read: string | undefined;
  let backend: FakeBackend;
  let list: readonly ListedTool[];
  beforeAll(async () => {
    built = newFolder();
    await buildServer(join(ROOT, 'servers', server), built);
    alone = join(newFolder(), 'main.js');
    copyFileSync(join(built, 'main.js'), alone);
    read = folder?.prepare();
    backend = await startFakeBackend({ [answered.path]: answered.reply });
    list = ((await import(`../../servers/${server}/src/tool-list.ts`)) as { TOOL_LIST: readonly ListedTool[] })
      .TOOL_LIST;
  });
  afterAll(() => backend?.close());

  const environment = (url: string): Record<string, string> => ({
    DEPUTY_TOKEN: token,
    DEPUTY_BACKEND_URL: url,
    ...(folder && { [folder.variable]: read ?? '' }),
  });
  const run = (args: string[], env: Record<string, string>, input = '') =>
    spawnSync(process.execPath, [join(built, 'main.js'), ...args], { env, input, encoding: 'utf8' });

  async function expectAnswers(session: Session): Promise<void> {
    const shown = await session.call(answered.name, answered.arguments);
    expect(shown).toMatchObject({ isError: false, structuredContent: answered.shows });
    for (const { name, arguments: given, pointer } of refused) {
      const reported = backend.nextRefusal();
      const { structuredContent } = await session.call(name, given);
      expect(structuredContent).toMatchObject({ code: 'invalid_arguments', errors: [{ pointer }] });
      expect(await reported).toMatchObject({ tool: name, code: 'invalid_arguments', pointers: [pointer] });
    }
  }

  test.each(Object.entries(HOSTS))(
    'alone in a folder, lists the reviewed tools to %s while the backend is away, and says so when one is called',
    async (_host, connect) => {
      expect(readdirSync(join(alone, '..'))).toEqual(['main.js']);
      const session = await connect([alone], environment(AWAY));
      expect(session.tools).toEqual(list);
      const { isError, structuredContent } = await session.call(answered.name, answered.arguments);
      await session.close();
      expect(isError).toBe(true);
      expect(structuredContent).toMatchObject({ code: 'unavailable', detail: expect.stringContaining(AWAY) });
    },
  );

  test.each(Object.entries(HOSTS))(
    'alone in a folder, answers calls of %s and reports what it refuses',
    async (_host, connect) => {
      const session = await connect([alone], environment(backend.url));
      await expectAnswers(session);
      await session.close();
    },
  );

  test('works under the permission model, reading its own folder and its data, and without code from strings', async () => {
    const reads = [built, read].filter((path) => path !== undefined).map((path) => `--allow-fs-read=${path}`);
    const flags = ['--permission', '--disallow-code-generation-from-strings', ...reads];
    const session = await HOSTS['sdk 1.x, 2025-11-25']([...flags, join(built, 'main.js')], environment(backend.url));
    await expectAnswers(session);
    await session.close();
  });

  test('ends with code 0 and says nothing when input ends before the first message', () => {
    expect(run([], environment(AWAY))).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('writes nothing but the protocol to stdout, even where a call fails', () => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO };
    const calls = [answered, ...refused].map(({ name, arguments: given }) => ({ name, arguments: given }));
    const lines = [
      { jsonrpc: '2.0', id: 1, method: 'initialize', params },
      ...calls.map((call, index) => ({ jsonrpc: '2.0', id: index + 2, method: 'tools/call', params: call })),
    ];
    const { status, stdout } = run([], environment(AWAY), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(status).toBe(0);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => z.looseObject({ jsonrpc: z.literal('2.0'), id: z.int() }).parse(JSON.parse(line)).id);
    expect(ids.toSorted((one, other) => one - other)).toEqual(lines.map(({ id }) => id));
  });

  test('ends with code 1 and plain messages on stderr when its configuration is wrong', () => {
    const wrong = run([], { ...environment('http://admin.example.com'), DEPUTY_TOKEN: '__encrypted__:djEw' });
    expect(wrong).toMatchObject({ status: 1, stdout: '' });
    expect(wrong.stderr).toBe(
      `${server} cannot start:\n` +
        '- DEPUTY_TOKEN is still encrypted: the host passed it on without decrypting it. Enter the token again there.\n' +
        '- DEPUTY_BACKEND_URL has to use https, unless its host is this machine (loopback).\n',
    );
  });

  test('answers --help and --version to a person without any configuration, naming every variable', () => {
    expect(run(['--version'], {})).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
    for (const variable of Object.keys(environment(AWAY))) expect(run(['--help'], {}).stdout).toContain(variable);
    expect(run(['--nonsense'], {})).toMatchObject({ status: 1, stdout: '' });
  });

  test('keeps the notices of the licences beside it', () => {
    expect(existsSync(join(built, 'main.js.LEGAL.txt'))).toBe(true);
  });
});
