import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { call, initialize, run } from './child.ts';

const SERVER = ['--conditions=source', join(import.meta.dirname, 'fixture-server.ts')];
const message = z.looseObject({ jsonrpc: z.literal('2.0'), id: z.number() });
/** The ids of the answers; throws where a line is no JSON-RPC message. */
const ids = (stdout: string): number[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => message.parse(JSON.parse(line)).id);

describe('the life of a served process [host.lifecycle]', () => {
  test('it exits with code 0 when input ends before the first message', async () => {
    const ended = await run(SERVER, [], 'eof');
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: '', stderr: 'stopped\n' });
  });

  test('what was asked before the end of input is still answered', async () => {
    const ended = await run(SERVER, [initialize(1), call(2, 'get_slowly', { milliseconds: 300 })], 'eof');
    expect(ended.code).toBe(0);
    expect(ids(ended.stdout)).toEqual([1, 2]);
  });

  test('what answers calls is loaded with the first of them, and once', async () => {
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    const listed = await run(SERVER, [initialize(1), list], 'eof');
    expect(ids(listed.stdout)).toEqual([1, 2]);
    expect(listed.stderr).toBe('stopped\n');
    const called = await run(SERVER, [initialize(1), call(2, 'list_nothing', {}), call(3, 'list_nothing', {})], 'eof');
    expect(ids(called.stdout)).toEqual([1, 2, 3]);
    expect(called.stderr).toBe('loaded\nstopped\n');
  });

  test('where it cannot be loaded, calls fail and the model is told nothing', async () => {
    const { stdout, stderr } = await run(
      [...SERVER, 'unloadable'],
      [initialize(1), call(2, 'list_nothing', {})],
      'eof',
    );
    expect(ids(stdout)).toEqual([1, 2]);
    expect(stdout).toContain('Something failed inside.');
    expect(stdout).not.toContain('secret');
    expect(stderr).toContain('failed list_nothing Error: secret');
  });

  test('work that does not end is given up after a bounded time', async () => {
    const ended = await run(SERVER, [initialize(1), call(2, 'get_slowly', { milliseconds: 600_000 })], 'eof');
    expect(ended.code).toBe(0);
    expect(ids(ended.stdout)).toEqual([1]);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('it exits with code 0 on %s', async (signal) => {
    const ended = await run(SERVER, [initialize(1)], signal);
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: 'stopped\n' });
  });

  test('a line that is no request goes unanswered and the next request is answered', async () => {
    const ended = await run(SERVER, [initialize(1), ['no request'], { jsonrpc: '2.0', id: 3, method: 'ping' }], 'eof');
    expect(ids(ended.stdout)).toEqual([1, 3]);
  });

  test('stdout carries nothing but one JSON-RPC message a line', async () => {
    const bad = call(2, 'echo_word', { word: 1 });
    const { stdout } = await run(SERVER, [initialize(1), bad, call(3, 'get_failure', { way: 'throw' })], 'eof');
    expect(stdout.endsWith('\n')).toBe(true);
    expect(ids(stdout)).toEqual([1, 2, 3]);
  });
});
