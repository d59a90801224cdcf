import { spawn } from 'node:child_process';

export type Signal = 'SIGTERM' | 'SIGINT';

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node with some lines on stdin; `then` decides how the process is ended once its first output line is there. */
export async function run(args: readonly string[], lines: readonly object[], then: 'eof' | Signal): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdout.on('data', (chunk) => {
    if (stdout === '' && then !== 'eof') child.kill(then);
    stdout += String(chunk);
  });
  child.stdin.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  if (then === 'eof') child.stdin.end();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

export const initialize = (id: number): object => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});

export const call = (id: number, name: string, args: object): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
