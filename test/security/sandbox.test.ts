import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught } from '../support/broken.ts';
import { blogPublisher } from '../support/launch.ts';
import { NODE, until, watch } from '../support/processes.ts';
import { Product } from '../support/product.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** How Node says no: to a right that was not given, to native code, to a module that is switched off. */
const DENIALS = ['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED', 'ERR_UNKNOWN_BUILTIN_MODULE'];
const DRAFT = '---\ntitle: Inside\n---\n\nMeant to be read.\n';
const SECRET = '---\ntitle: Outside\n---\n\nNot meant to be read.\n';

let outside: string;
let drafts: string;
let product: Product;
let entry: ServerEntry;

beforeAll(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'deputies-sandbox-')));
  drafts = join(outside, 'drafts');
  await mkdir(drafts);
  await mkdir(join(outside, 'private'));
  await writeFile(join(drafts, 'inside.md'), DRAFT);
  for (const name of ['secret.txt', 'code.cjs', 'private/secret.md']) await writeFile(join(outside, name), SECRET);
  await symlink(join(outside, 'private', 'secret.md'), join(drafts, 'link.md'));
  await symlink(join(outside, 'private'), join(drafts, 'folder'));
  product = await Product.start({ drafts });
  const found = product.ready.servers['blog-publisher'];
  if (!found) throw new Error('The ready file has no blog-publisher.');
  entry = found;
}, 60_000);
afterAll(async () => {
  await product?.dispose();
  await rm(outside, { recursive: true, force: true });
}, 60_000);

interface Outcomes {
  readonly tried: Readonly<Record<string, string>>;
  readonly known: Readonly<Record<string, string>>;
}

/** Runs the probe in the place of the server's code, in a copy of its folder, with the flags of its launch. */
async function probe(flags: (args: readonly string[]) => readonly string[] = (args) => args): Promise<Outcomes> {
  const main = entry.args.at(-1) ?? '';
  const place = await mkdtemp(join(outside, 'place-'));
  const program = join(place, 'main.cjs');
  await copyFile(join(import.meta.dirname, '..', 'support', 'sandbox-probe.cjs'), program);
  const args = entry.args.slice(0, -1).map((arg) => arg.replace(dirname(main), place));
  const addon = process.report.getReport() as { sharedObjects?: string[] };
  const native = addon.sharedObjects?.find((path) => path.endsWith('.node')) ?? join(place, 'any.node');
  const child = spawn(entry.command, [...flags(args), program, outside, drafts, native], {
    env: entry.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, stdout, stderr } = await watch(child).ended;
  if (code !== 0) throw new Error(`The probe failed: ${stderr}`);
  return JSON.parse(stdout) as Outcomes;
}

function expectAllDenied({ tried }: Outcomes): void {
  expect(Object.keys(tried).length).toBeGreaterThan(30);
  expect(Object.entries(tried).filter(([, outcome]) => !DENIALS.includes(outcome))).toEqual([]);
}

describe("a server with the ready file's command and arguments", () => {
  test('cannot read outside its folders, write, or start anything, were its code in other hands [host.sandbox, law.backend-decides]', async () => {
    const outcomes = await probe();
    expectAllDenied(outcomes);
    expect(await readFile(join(drafts, 'inside.md'), 'utf8')).toBe(DRAFT);
    // Node follows links out of a folder that may be read: the handler's own wall has to stay.
    expect(outcomes.known).toMatchObject({ 'read a draft': 'allowed', 'follow a link out of the drafts': 'allowed' });
  }, 30_000);

  test.each([
    ['without the permission model', '--permission'],
    ['with a store of its own', '--no-experimental-sqlite'],
  ])(
    'one %s is caught [check.twins, host.sandbox]',
    async (_what, flag) => {
      expect(entry.args).toContain(flag);
      const drop = (args: readonly string[]): readonly string[] =>
        flag === '--permission' ? [] : args.filter((arg) => arg !== flag);
      try {
        const outcomes = await probe(drop);
        await expectCaught(() => expectAllDenied(outcomes));
      } finally {
        await restore();
      }
    },
    30_000,
  );
});

/** What a probe in freedom did to the folders. */
async function restore(): Promise<void> {
  await rm(join(drafts, 'other.md'), { force: true });
  await rm(join(drafts, 'link-by-probe.md'), { force: true });
  await writeFile(join(drafts, 'inside.md'), DRAFT);
}

/** Sends the signal that opens a Node program's debugger, as a sandboxed server still may, and looks at its log. */
async function expectNoDebugger(pid: number, log: () => string): Promise<void> {
  const signal = `process.kill(${pid}, 'SIGUSR1')`;
  const child = spawn(NODE, ['--permission', '-e', signal], { stdio: ['ignore', 'pipe', 'pipe'] });
  expect((await watch(child).ended).code).toBe(0);
  const settled = await until('the program to take the signal', () => log() || undefined, 1_000).catch(() => '');
  expect(settled).not.toMatch(/debugger|inspector/i);
}

describe('the debugger of the backend', () => {
  test('is opened by no signal [host.sandbox, law.backend-decides]', async () => {
    const quiet = await Product.start({ drafts });
    try {
      const { pid, backendUrl } = quiet.ready;
      await expectNoDebugger(pid, () => '');
      expect((await fetch(`${backendUrl}/health`)).status).toBe(200);
      const { stderr } = await quiet.halt();
      expect(stderr).not.toMatch(/debugger|inspector/i);
    } finally {
      await quiet.dispose();
    }
  }, 30_000);

  test('of a program that leaves the signal to Node is caught [check.twins, host.sandbox]', async () => {
    const child = spawn(NODE, ['-e', "setInterval(() => undefined, 1000); process.stdout.write('up')"], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { output, ended } = watch(child);
    try {
      await until('the program to run', () => output() || undefined);
      await expectCaught(() => expectNoDebugger(child.pid ?? 0, () => output().replace('up', '')));
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });
});

type Call = (name: string, args: JsonObject) => Promise<{ isError: boolean; data: JsonObject }>;

/** Neither a link nor what lies behind a linked folder is seen, listed or planned. */
async function expectWall(call: Call): Promise<void> {
  for (const filename of ['link.md', 'folder/secret.md']) {
    const { isError, data } = await call('plan_publish_draft', { filename });
    expect({ filename, isError, code: data['code'] }).toEqual({ filename, isError: true, code: 'invalid_arguments' });
    expect(JSON.stringify(data)).not.toContain('Outside');
  }
  expect(await call('list_drafts', {})).toMatchObject({ data: { drafts: [{ filename: 'inside.md' }] } });
}

describe('symbolic links in the drafts folder', () => {
  test('lead nowhere, and each try is one entry and no plan [draft.filename, law.denials-recorded]', async () => {
    const server = new StdioServer(entry);
    try {
      await expectWall((name, args) => server.call(name, args));
    } finally {
      expect((await server.end()).code).toBe(0);
    }
    const entries = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '100');
    const about = entries.filter((each) => each['tool'] === 'plan_publish_draft');
    expect(about).toHaveLength(2);
    for (const each of about) {
      expect(each).toMatchObject({ kind: 'report', code: 'invalid_arguments', outcome: 'refused', plan: null });
    }
    expect(await product.deputiesJson('approvals', 'list')).toEqual([]);
  }, 30_000);

  test('are followed by a server without its wall, which is caught [check.twins, draft.filename]', async () => {
    const { DEPUTY_TOKEN: token = '', DEPUTY_BACKEND_URL: backendUrl = '' } = entry.env;
    const server = new StdioServer(blogPublisher({ token, backendUrl, drafts, faults: ['follows-links'] }));
    try {
      await expectCaught(() => expectWall((name, args) => server.call(name, args)));
    } finally {
      await server.end();
    }
  }, 30_000);
});
