import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client as CurrentClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as CurrentTransport } from '@modelcontextprotocol/client/stdio';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as EarlierTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { listTools } from '@narrow-deputies/server-kit';
import { buildServer } from '@narrow-deputies/server-kit/build';
import { formatToken } from '@narrow-deputies/signing';
import * as z from 'zod';
import { createTools } from '../src/tools/index.ts';
import { startFakeBackend, type FakeBackend } from './fake-backend.ts';
import { newBackend, temporaryFolder } from './support.ts';

const token = formatToken({ environment: 'development', clientId: 'blog-publisher', seed: new Uint8Array(32).fill(7) });
const AWAY = 'http://127.0.0.1:9';

let alone: string;
let built: string;
let drafts: string;
let backend: FakeBackend;
beforeAll(async () => {
  built = temporaryFolder();
  await buildServer(join(import.meta.dirname, '..'), built);
  alone = join(temporaryFolder(), 'main.js');
  copyFileSync(join(built, 'main.js'), alone);
  drafts = temporaryFolder();
  writeFileSync(join(drafts, 'first.md'), '---\ntitle: First post\n---\nHello\n');
  backend = await startFakeBackend();
});
afterAll(() => backend.close());

const environment = (url: string): Record<string, string> => ({
  DEPUTY_TOKEN: token,
  DEPUTY_BACKEND_URL: url,
  BLOG_DRAFTS_DIR: drafts,
});

const answer = z.object({ isError: z.boolean().default(false), structuredContent: z.record(z.string(), z.unknown()) });
type Answer = z.infer<typeof answer>;

interface Session {
  readonly tools: readonly object[];
  call(name: string, args: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

const INFO = { name: 'test', version: '1' };
const HOSTS = {
  'sdk 1.x, 2025-11-25': async (args: string[], env: Record<string, string>): Promise<Session> => {
    const client = new EarlierClient(INFO);
    await client.connect(new EarlierTransport({ command: process.execPath, args, env, stderr: 'pipe' }));
    const { tools } = await client.listTools();
    const call: Session['call'] = async (name, given) =>
      answer.parse(await client.callTool({ name, arguments: given }));
    return { tools, call, close: () => client.close() };
  },
  'client 2.x, 2026-07-28': async (args: string[], env: Record<string, string>): Promise<Session> => {
    const client = new CurrentClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new CurrentTransport({ command: process.execPath, args, env, stderr: 'pipe' }));
    const { tools } = await client.listTools();
    const call: Session['call'] = async (name, given) =>
      answer.parse(await client.callTool({ name, arguments: given }));
    return { tools, call, close: () => client.close() };
  },
};

describe.each(Object.entries(HOSTS))('the bundle, copied alone into a folder, for %s', (_host, connect) => {
  test('serves the reviewed tools while the backend is away, and says so when one is called', async () => {
    expect(readdirSync(join(alone, '..'))).toEqual(['main.js']);
    const session = await connect([alone], environment(AWAY));
    expect(session.tools).toEqual(listTools(createTools('/nowhere', newBackend())));
    const { isError, structuredContent } = await session.call('list_drafts', {});
    await session.close();
    expect(isError).toBe(true);
    expect(structuredContent).toMatchObject({ code: 'unavailable', detail: expect.stringContaining(AWAY) });
  });

  test('reads drafts, talks to a backend and reports what it refuses', async () => {
    const session = await connect([alone], environment(backend.url));
    const listed = await session.call('list_drafts', {});
    expect(listed.structuredContent).toEqual({
      drafts: [expect.objectContaining({ filename: 'first.md', title: 'First post', publishable: true })],
    });
    const reported = backend.nextRefusal();
    const refused = await session.call('plan_publish_draft', { filename: '../first.md' });
    expect(refused.structuredContent).toMatchObject({ code: 'invalid_arguments', errors: [{ pointer: '/filename' }] });
    expect(await reported).toMatchObject({
      tool: 'plan_publish_draft',
      code: 'invalid_arguments',
      pointers: ['/filename'],
    });
    await session.close();
  });
});

test('the bundle works under the permission model and without code from strings, and a link out of the folder stays closed', async () => {
  symlinkSync('/etc/hostname', join(drafts, 'link.md'));
  const reads = [built, drafts].map((folder) => `--allow-fs-read=${folder}/*`);
  const args = [
    '--permission',
    '--disallow-code-generation-from-strings',
    ...reads,
    `--allow-fs-read=${drafts}`,
    join(built, 'main.js'),
  ];
  const session = await HOSTS['sdk 1.x, 2025-11-25'](args, environment(backend.url));
  const listed = await session.call('list_drafts', {});
  const linked = await session.call('plan_publish_draft', { filename: 'link.md' });
  await session.close();
  expect(listed.structuredContent).toEqual({ drafts: [expect.objectContaining({ filename: 'first.md' })] });
  expect(linked.structuredContent).toMatchObject({ code: 'invalid_arguments' });
});

const run = (args: string[], env: Record<string, string>, input = '') =>
  spawnSync(process.execPath, [join(built, 'main.js'), ...args], { env, input, encoding: 'utf8' });

describe('the process', () => {
  test('ends with code 0 and says nothing when input ends before the first message', () => {
    expect(run([], environment(AWAY))).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('writes nothing but the protocol to stdout, even where a call fails', () => {
    const lines = [
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO },
      },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'list_drafts', arguments: {} } },
      {
        jsonrpc: '2.0',
        id: 3,
        method: 'tools/call',
        params: { name: 'plan_publish_draft', arguments: { filename: 1 } },
      },
    ];
    const { status, stdout } = run([], environment(AWAY), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(status).toBe(0);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => z.looseObject({ jsonrpc: z.literal('2.0'), id: z.int() }).parse(JSON.parse(line)).id);
    expect(new Set(ids)).toEqual(new Set([1, 2, 3]));
  });

  test('ends with code 1 and plain messages on stderr when its configuration is wrong', () => {
    const wrong = run([], { ...environment('http://admin.example.com'), DEPUTY_TOKEN: '__encrypted__:djEw' });
    expect(wrong).toMatchObject({ status: 1, stdout: '' });
    expect(wrong.stderr).toBe(
      'blog-publisher cannot start:\n' +
        '- DEPUTY_TOKEN is still encrypted: the host passed it on without decrypting it. Enter the token again there.\n' +
        '- DEPUTY_BACKEND_URL has to use https, unless its host is this machine (loopback).\n',
    );
  });

  test('answers --help and --version to a person without any configuration', () => {
    expect(run(['--version'], {})).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
    expect(run(['--help'], {}).stdout).toContain('BLOG_DRAFTS_DIR');
    expect(run(['--nonsense'], {})).toMatchObject({ status: 1, stdout: '' });
  });

  test('keeps the notices of the licences beside the bundle', () => {
    expect(existsSync(join(built, 'main.js.LEGAL.txt'))).toBe(true);
  });
});
