import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NODE, watch, type Finished } from '../support/processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-resort-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process with a ready file, guarded as `npm start` is, in which something goes wrong. */
const runWith = (fault: string): Promise<Finished> => {
  const code = `
    import { writeFileSync } from 'node:fs';
    import { createLogger, guardProcess, removeReadyAtExit } from '@narrow-deputies/backend-mock';
    const file = ${JSON.stringify(join(folder, 'ready.json'))};
    writeFileSync(file, JSON.stringify({ pid: process.pid }));
    removeReadyAtExit(file);
    guardProcess({ logger: createLogger('warn'), onFault: () => setImmediate(() => process.exit()) });
    setInterval(() => undefined, 1000);
    ${fault}`;
  return watch(spawn(NODE, ['--input-type=module', '-e', code], { cwd: join(import.meta.dirname, '..') })).ended;
};
const left = (): Promise<string[]> => readdir(folder);

test('a failure that nobody handled is written down without what it quotes, and the process goes on [process.last-resort]', async () => {
  const { code, stdout, stderr } = await runWith(
    `Promise.reject(new Error('no room for "a customer"'));
     setTimeout(() => { process.stdout.write('went on'); process.exit(0); }, 50);`,
  );
  expect([code, stdout]).toEqual([0, 'went on']);
  expect(stderr).toContain('a failure was handled by nobody');
  expect(stderr).not.toContain('a customer');
  expect(await left()).toEqual([]);
});

test('an exception that nobody caught is written down and ends the process, with its ready file [process.last-resort]', async () => {
  const { code, stderr } = await runWith(`setTimeout(() => { throw new Error('half done'); });`);
  expect(code).toBe(1);
  expect(stderr).toContain('an exception was caught by nobody');
  expect(await left()).toEqual([]);
});
