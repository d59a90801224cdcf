import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '../../common/error-code.ts';
import { Failure } from '../failure.ts';

/** A configuration as it lies there. */
export interface ConfigFile {
  /** Where it really lies: a link is followed, so that it stays one. */
  readonly path: string;
  /** undefined when there is none yet. */
  readonly bytes: Buffer | undefined;
  /** A byte-order mark, where it begins with one. */
  readonly mark: string;
  readonly text: string;
  readonly mode: number;
}

/** Tokens will lie in it. */
const NEW_MODE = 0o600;
const NEW_TEXT = '{}\n';
const BYTE_ORDER_MARK = '\uFEFF';

/** @throws Failure when it cannot be read, or is not the text that it has to be. */
export async function readConfig(given: string): Promise<ConfigFile> {
  const path = await realPath(resolve(given));
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Failure('unreadable', `${path} is not a file.`);
    const bytes = await readFile(path);
    const text = decode(path, bytes);
    const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    return { path, bytes, mark, text: text.slice(mark.length), mode: found.mode & 0o7777 };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { path, bytes: undefined, mark: '', text: NEW_TEXT, mode: NEW_MODE };
    if (error instanceof Failure) throw error;
    throw new Failure('unreadable', `${path} cannot be read (${errorCode(error) ?? 'unknown'}).`);
  }
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await lstat(path).catch(() => undefined);
    if (link?.isSymbolicLink()) throw new Failure('unreadable', `${path} is a link that leads nowhere.`);
    return path;
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure('not_json', `${path} is not UTF-8; nothing was changed.`);
  }
}

/**
 * Replaces a configuration whole or not at all, with its mode kept, and leaves what it was beside it.
 *
 * @param now names the backup.
 * @returns the backup; undefined for a new file.
 * @throws Failure when it cannot be written, or was changed since it was read.
 */
export async function writeConfig(file: ConfigFile, text: string, now: Date): Promise<string | undefined> {
  let backup: string | undefined;
  try {
    backup = file.bytes && (await keep(file, file.bytes, now));
    await replace(file, text);
    return backup;
  } catch (error) {
    if (backup !== undefined) await rm(backup, { force: true });
    if (error instanceof Failure || errorCode(error) === undefined) throw error;
    throw new Failure('unwritable', `${file.path} cannot be written (${errorCode(error)}); nothing was changed.`);
  }
}

/** Makes the folder of a new file, where there is none. */
export const makeFolder = async (file: ConfigFile): Promise<void> => {
  await mkdir(dirname(file.path), { recursive: true, mode: 0o700 });
};

/** Writes a file that was not there; nothing of it is left when that fails. */
async function writeNew(path: string, bytes: Buffer | string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', NEW_MODE);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** A backup never takes the place of an earlier one. */
async function keep({ path, mode }: ConfigFile, bytes: Buffer, now: Date): Promise<string> {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let count = 1; ; count += 1) {
    const backup = `${path}.backup-${stamp}${count === 1 ? '' : `-${count}`}`;
    try {
      await writeNew(backup, bytes, mode);
      return backup;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

async function replace({ path, bytes, mark, mode }: ConfigFile, text: string): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeNew(draft, mark + text, mode);
    const present = await readFile(path).catch(() => undefined);
    const untouched = bytes === undefined ? present === undefined : present?.equals(bytes) === true;
    // The host writes this file too.
    if (!untouched) throw new Failure('changed_meanwhile', `${path} was changed by another program. Run this again.`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
