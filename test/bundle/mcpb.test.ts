import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import { mcpbFaults } from '../../scripts/bundle-check.ts';
import { PROGRAM, type Manifest } from '../../scripts/bundle-manifest.ts';
import { packMcpb } from '../../scripts/bundle-mcpb.ts';
import { buildProgram } from '../../scripts/bundle-program.ts';
import { packableServers } from '../../scripts/bundle.ts';
import { expectCaught } from '../support/broken.ts';
import { connect, ERAS } from '../support/mcp-session.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';
import { ROOT, watch } from '../support/processes.ts';
import { StdioServer } from '../support/stdio-server.ts';
import {
  AWAY,
  entered,
  filesBelow,
  launchOf,
  mcpb,
  outsideFolder,
  readingCall,
  readManifest,
  removeFolder,
  sourceTools,
  tokenOf,
} from './packed.ts';

const servers = packableServers();

test('there are servers to pack', () => {
  expect(servers).toContain('blog-publisher');
});

describe.each(servers)('the bundle of %s', (server) => {
  let outside: string;
  let folder: string;
  let drafts: string;
  let manifest: Manifest;
  let entry: ServerEntry;

  beforeAll(async () => {
    outside = await outsideFolder();
    // A person may well have spaces in the names of their folders.
    folder = join(outside, 'Claude Extensions', server);
    drafts = join(outside, 'my drafts');
    await mkdir(drafts);
    await mkdir(folder, { recursive: true });
    const file = join(outside, `${server}.mcpb`);
    await packMcpb(await buildProgram(server), file);
    expect(await mcpb('unpack', file, folder)).toMatchObject({ code: 0 });
    manifest = await readManifest(folder);
    entry = await launchOf(folder, manifest, entered(server, drafts));
  }, 60_000);
  afterAll(() => removeFolder(outside));

  const expectSound = (files: readonly string[], given: Manifest): void => {
    expect(mcpbFaults(files, given)).toEqual([]);
  };

  test('holds one program, its manifest and licence notes, and is valid [install.bundle]', async () => {
    expectSound(await filesBelow(folder), manifest);
    const validated = await mcpb('validate', join(folder, 'manifest.json'));
    expect(validated).toMatchObject({ code: 0, stderr: '' });
    expect(validated.stdout.trim()).toBe('Manifest schema validation passes!');
  });

  test('asks for its token as a secret, and names the tools that the server has [install.bundle, law.narrow-tools]', async () => {
    expect(manifest).toMatchObject({ manifest_version: '0.3', name: server });
    expect(manifest.user_config['token']).toMatchObject({ type: 'string', sensitive: true, required: true });
    const { version } = JSON.parse(await readFile(join(ROOT, 'servers', server, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(manifest.version).toBe(version);
    const tools = (await sourceTools(server)).map(({ name, description }) => ({ name, description }));
    expect(manifest.tools).toEqual(tools);
  });

  test('is not started while a setting is missing [install.bundle]', async () => {
    for (const key of Object.keys(manifest.user_config)) {
      const { [key]: _, ...others } = entered(server, drafts);
      await expect(launchOf(folder, manifest, others)).rejects.toThrow('a required setting is missing');
    }
  });

  test('brings the licence of every package whose code is in it [install.bundle]', async () => {
    const notes = await readFile(join(folder, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['@modelcontextprotocol/server', 'undici', 'zod', 'canonicalize', '@opentelemetry/sdk-trace']) {
      expect(notes).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
    expect(await readFile(join(folder, 'LICENSE'), 'utf8')).toBe(await readFile(join(ROOT, 'LICENSE'), 'utf8'));
    expect(await readFile(join(folder, 'server', 'main.js'), 'utf8')).not.toContain('LEGAL.txt');
  });

  test.each(ERAS)(
    'runs as its manifest says, outside the workspace, for a host of %s [install.bundle, host.both-eras]',
    async (era) => {
      const session = await connect(entry, era);
      try {
        expect(await session.toolNames()).toEqual(manifest.tools.map(({ name }) => name));
        const { name, args } = await readingCall(server);
        const { isError, data } = await session.call(name, args);
        expect({ isError, code: data['code'] }).toEqual({ isError: true, code: 'unavailable' });
        expect(data['detail']).toContain(AWAY);
      } finally {
        await session.close();
      }
    },
  );

  test('exports what its host asks for, within its flags [install.bundle, trace.asked-for]', async () => {
    const collector = await OtlpReceiver.start();
    try {
      const started = new StdioServer({ ...entry, env: { ...entry.env, ...collector.environment } });
      const { name, args } = await readingCall(server);
      await started.call(name, args);
      expect(await started.end()).toMatchObject({ code: 0, stderr: '' });
      expect(collector.spans).toContainEqual(expect.objectContaining({ service: server, name: `tools/call ${name}` }));
      expect(collector.histograms.length).toBeGreaterThan(0);
    } finally {
      collector.close();
    }
  });

  test('a host that passes the token on encrypted is told so [token.offline]', async () => {
    const env = { ...entry.env, DEPUTY_TOKEN: '__encrypted__:djEwAAAA' };
    const { code, stderr, stdout } = await new StdioServer({ ...entry, env }).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('DEPUTY_TOKEN is still encrypted');
  });

  /** Runs the probe in the place of the program, with the flags of the launch. */
  const probe = async (flags: readonly string[]): Promise<string[]> => {
    const program = join(folder, 'server', 'probe.cjs');
    await copyFile(join(import.meta.dirname, '..', 'support', 'sandbox-probe.cjs'), program);
    await writeFile(join(drafts, 'inside.md'), '');
    for (const name of ['secret.txt', 'code.cjs']) await writeFile(join(outside, name), '');
    const child = spawn(entry.command, [...flags, program, outside, drafts, join(outside, 'any.node')], {
      env: entry.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, stdout, stderr } = await watch(child).ended;
    await removeFolder(program);
    if (code !== 0) throw new Error(`The probe failed: ${stderr}`);
    const { tried } = JSON.parse(stdout) as { tried: Record<string, string> };
    expect(Object.keys(tried).length).toBeGreaterThan(30);
    return Object.keys(tried).filter((name) => tried[name] === 'allowed');
  };

  test('its flags keep a program in other hands inside its folders [install.bundle, host.sandbox]', async () => {
    expect(await probe(entry.args.slice(0, -1))).toEqual([]);
  });

  test('without the permission model the probe gets out [check.twins]', async () => {
    const allowed = await probe([]);
    await expectCaught(() => expect(allowed).toEqual([]));
  });

  test.each<[string, (given: Manifest) => { files?: string[]; manifest?: Manifest }]>([
    ['with a file more', () => ({ files: ['server/extra.js'] })],
    ['with a token that is shown as it is typed', (given) => ({ manifest: without(given, 'token', 'sensitive') })],
    ['with a setting that may be left out', (given) => ({ manifest: without(given, 'backend_url', 'required') })],
    ['without the permission model', (given) => ({ manifest: withArgs(given, (args) => args.slice(1)) })],
    ['that may read everything', (given) => ({ manifest: withArgs(given, more('--allow-fs-read=/')) })],
    ['that may write', (given) => ({ manifest: withArgs(given, more('--allow-fs-write=${__dirname}')) })],
    ['with its token among the arguments', (given) => ({ manifest: withArgs(given, more('${user_config.token}')) })],
    [
      'with Node’s store',
      (given) => ({ manifest: withArgs(given, (args) => args.filter((arg) => !arg.includes('sqlite'))) }),
    ],
    ['with a token of its own', (given) => ({ manifest: withToken(given, tokenOf(server)) })],
  ])('one %s is caught [check.twins]', async (_what, change) => {
    const files = await filesBelow(folder);
    const changed = change(manifest);
    await expectCaught(() => expectSound([...files, ...(changed.files ?? [])], changed.manifest ?? manifest));
  });
});

/** A manifest whose setting lacks a field. */
function without(given: Manifest, key: string, field: 'sensitive' | 'required'): Manifest {
  const setting = given.user_config[key];
  if (setting?.[field] === undefined) throw new Error(`${key} has no ${field}.`);
  const { [field]: _, ...rest } = setting;
  return { ...given, user_config: { ...given.user_config, [key]: rest } };
}

const withConfig = (given: Manifest, config: Partial<Manifest['server']['mcp_config']>): Manifest => ({
  ...given,
  server: { ...given.server, mcp_config: { ...given.server.mcp_config, ...config } },
});

const withArgs = (given: Manifest, change: (args: readonly string[]) => readonly string[]): Manifest =>
  withConfig(given, { args: change(given.server.mcp_config.args) });

const withToken = (given: Manifest, token: string): Manifest =>
  withConfig(given, { env: { ...given.server.mcp_config.env, DEPUTY_TOKEN: token } });

/** One more flag, before the program. */
const more =
  (flag: string) =>
  (args: readonly string[]): string[] => [...args.filter((arg) => arg !== PROGRAM), flag, PROGRAM];
