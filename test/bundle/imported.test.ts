import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServerEntry } from '@narrow-deputies/backend-mock';
import { manifestOf } from '../../scripts/bundle-manifest.ts';
import { buildProgram } from '../../scripts/bundle-program.ts';
import { packableServers } from '../../scripts/bundle.ts';
import { NODE } from '../support/processes.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { entered, launchOf, outsideFolder, readingCall, removeFolder } from './packed.ts';

const HOST = join(import.meta.dirname, 'importing-host.mjs');

describe.each(packableServers())('%s, loaded by a host into a process of its own', (server) => {
  let outside: string;
  let program: string;
  let launch: ServerEntry;
  let names: string[];

  beforeAll(async () => {
    outside = await outsideFolder();
    const drafts = join(outside, 'drafts');
    await mkdir(drafts);
    await mkdir(join(outside, 'server'));
    const built = await buildProgram(server);
    names = built.tools.map(({ name }) => name);
    program = join(outside, 'server', 'main.js');
    await writeFile(program, built.program);
    launch = await launchOf(outside, manifestOf(built), entered(server, drafts));
  }, 60_000);
  afterAll(() => removeFolder(outside));

  const start = (file: string): StdioServer =>
    // What was meant for Node comes along as arguments of the program.
    new StdioServer({ command: NODE, args: [HOST, file, ...launch.args], env: launch.env });

  test('serves, whatever arguments that process has [install.bundle]', async () => {
    const started = start(program);
    try {
      expect(await started.toolNames()).toEqual(names);
      const { name, args } = await readingCall(server);
      expect((await started.call(name, args)).data['code']).toBe('unavailable');
    } finally {
      expect((await started.end()).code).toBe(0);
    }
  });

  test('one that takes them for its own is caught [check.twins]', async () => {
    const broken = join(outside, 'server', 'broken.js');
    const text = await readFile(program, 'utf8');
    expect(text).toContain('process.argv.length=2;');
    await writeFile(broken, text.replace('process.argv.length=2;', ';'));
    const { code, stdout, stderr } = await start(broken).end();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('unknown argument');
  });
});
