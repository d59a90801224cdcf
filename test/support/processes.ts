import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
/** The Node that the workspace brings, or the one that runs this. */
export const NODE = process.execPath;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Waits until a condition holds, looking every few milliseconds. @throws Error with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Collects a child's output and its end. */
export function watch(child: ChildProcess): { output: () => string; ended: Promise<Finished> } {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { output: () => stdout + stderr, ended };
}

/** Runs one of the workspace's scripts to its end. */
export function runScript(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input = '',
): Promise<Finished> {
  const child = spawn(NODE, [join(ROOT, 'scripts', 'run.mjs'), name, ...args], {
    cwd: ROOT,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  return watch(child).ended;
}
