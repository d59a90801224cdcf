import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { usageOf } from './process-usage.ts';
import { measureAtOnce, measureStart } from './startup-run.ts';
import { measuredServers } from './startup-servers.ts';
import { StdioPeer } from './stdio-peer.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'deputies-bench-')));
afterAll(() => rmSync(folder, { recursive: true }));

const program = (code: string): StdioPeer => new StdioPeer({ command: process.execPath, args: ['-e', code], env: {} });

test('the bare program is a server of one process with a handful of tools', async () => {
  const bare = measuredServers(folder).find(({ name }) => name === 'bare');
  if (bare === undefined) throw new Error('There is no bare program.');
  const run = await measureStart(bare);
  expect(run).toMatchObject({ strayLines: 0, processes: process.platform === 'linux' ? 1 : null });
  expect(run.listBytes).toBeGreaterThan(500);
});

test('programs that start at once are added up', async () => {
  const bare = measuredServers(folder).filter(({ name }) => name === 'bare');
  const [one, three] = [await measureAtOnce(bare), await measureAtOnce([...bare, ...bare, ...bare])];
  expect(three).toMatchObject({ strayLines: 0, processes: process.platform === 'linux' ? 3 : null });
  expect(three.listBytes).toBe(3 * one.listBytes);
});

test('lines on standard output that are not JSON-RPC are counted', async () => {
  const answer = JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} });
  const lines = ['hello', '[1]', '{"id":1}', answer].map((line) => `${line}\n`).join('');
  const peer = program(`process.stdin.once('data', () => process.stdout.write(${JSON.stringify(lines)}))`);
  await peer.request('ping', {});
  expect(peer.strayLines).toBe(3);
  await peer.close();
});

test('a program that ends without an answer fails the request, with its last words', async () => {
  const peer = program("process.stderr.write('no token'); process.exitCode = 1;");
  await expect(peer.request('ping', {})).rejects.toThrow(/status 1:\nno token/);
  await peer.close();
});

test('an error for an answer fails the request', async () => {
  const peer = program(
    `process.stdin.once('data', () => process.stdout.write('{"jsonrpc":"2.0","id":1,"error":{"code":-1}}\\n'))`,
  );
  await expect(peer.request('ping', {})).rejects.toThrow(/-1/);
  await peer.close();
});

test('a process is measured with all that it started, where the system tells', async () => {
  const code = `const child = require('node:child_process').spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    child.once('spawn', () => process.stdout.write('{"jsonrpc":"2.0","id":1,"result":{}}\\n'));
    process.stdin.once('end', () => child.stdin.end()).resume();`;
  const peer = program(code);
  await peer.request('ping', {});
  const usage = usageOf(peer.pid);
  await peer.close();
  if (process.platform === 'linux') {
    expect(usage?.processes).toBe(2);
    expect(usage?.cpuMs).toBeGreaterThan(0);
    expect(usage?.rssBytes).toBeGreaterThan(1024 * 1024);
  } else expect(usage).toBeUndefined();
});
