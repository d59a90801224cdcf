import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Writes files into a folder of their own, with the same modes whatever the umask is, and hands it to `pack`. The folder
 * is gone afterwards.
 *
 * @param files - by relative path with slashes.
 */
export async function staged<T>(
  files: Readonly<Record<string, string>>,
  pack: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-staging-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      await chmod(file, 0o644);
    }
    return await pack(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a Node program to its end. @returns its output. @throws Error with all that it said when it fails. */
export async function runNode(args: readonly string[], cwd: string): Promise<string> {
  return run(process.execPath, args, cwd);
}

export async function run(command: string, args: readonly string[], cwd: string, shell = false): Promise<string> {
  const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`);
}
