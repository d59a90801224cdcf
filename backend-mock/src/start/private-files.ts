import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { peopleFolder } from '../people/key-file.ts';
import { databaseOf, type Home } from './home.ts';

/** Whatever a process makes is for its owner alone, from the first byte on. */
export const PRIVATE_UMASK = 0o077;

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
/** What lies in a home and in nothing else. */
const OURS = /^(deputies\.sqlite(-wal|-shm)?|ready\.json|tokens\.json|log\.key|checkpoints.*|drafts|.*\.tmp)$/;

/**
 * Files of a home that hold secrets, or let whoever can open them stop the store (a read lock on `-shm` is enough), as far
 * as they exist or not.
 */
export async function privateFiles(home: Home, env: NodeJS.ProcessEnv): Promise<string[]> {
  const store = databaseOf(home, env);
  const people = peopleFolder(env);
  const checkpoints = env['DEPUTIES_LOG_CHECKPOINTS'] ?? home.checkpoints;
  return [
    ...(store === home.databaseFile ? [store, `${store}-wal`, `${store}-shm`] : []),
    home.readyFile,
    home.tokensFile,
    env['DEPUTIES_LOG_KEY'] ?? home.logKeyFile,
    ...(await filesIn(checkpoints)),
    ...(await filesIn(people)).filter((file) => file.endsWith('.key.json')),
  ];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
}

/** @returns the mode, or undefined for what does not exist. */
async function modeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mode;
}

/**
 * Makes what a home held before private: an earlier version, a backup or a copy may have left it open to others. A home
 * that others may change is refused, unless it is nothing but a home: what is in it may not be ours.
 *
 * @returns a line for the person who started the process about each thing that was open.
 * @throws Error where it cannot be put right.
 */
export async function keepPrivate(home: Home, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const lines: string[] = [];
  const mode = await modeOf(home.folder);
  if (mode !== undefined && (mode & OTHERS) !== 0) {
    if ((await readdir(home.folder)).every((name) => OURS.test(name))) {
      lines.push(await close(home.folder, 0o700));
    } else if ((mode & OTHERS_WRITE) !== 0) {
      throw new Error(
        `Others on this machine may change what lies in ${home.folder}, and there is more in it than a home. ` +
          'Choose a folder of its own with --home, or run "chmod 700" on it.',
      );
    }
  }
  for (const file of await privateFiles(home, env)) {
    const found = await modeOf(file);
    if (found !== undefined && (found & OTHERS) !== 0) lines.push(await close(file, 0o600));
  }
  return lines;
}

async function close(path: string, mode: number): Promise<string> {
  try {
    await chmod(path, mode);
  } catch (error) {
    throw new Error(`Others on this machine can read ${path}, and its mode cannot be changed. Whose is it?`, {
      cause: error,
    });
  }
  return `${path} was open to others on this machine; it is now for you alone.`;
}
