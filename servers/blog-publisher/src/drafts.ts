import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type BigIntStats,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './error-code.ts';

/** `missing`: no such file; `link`: a symbolic link on the way; `shared`: a file with further names (hard links), which may lie
 * elsewhere; `kind`: not a readable regular file; `changed`: moved or
 * written while it was read. */
export type DraftFault = 'missing' | 'link' | 'shared' | 'kind' | 'size' | 'changed';
export type DraftRead = { ok: true; bytes: Buffer } | { ok: false; fault: DraftFault };

/** Said of a `shared` file. */
export const SHARED_DRAFT =
  'This file has a further name (a hard link), so that it may belong elsewhere. Replace it by a copy of its own.';

class Fault extends Error {
  readonly fault: DraftFault;

  constructor(fault: DraftFault) {
    super(fault);
    this.fault = fault;
  }
}

const FAULT_OF_ERRNO: Readonly<Record<string, DraftFault>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ENAMETOOLONG: 'missing',
  ELOOP: 'link',
  EACCES: 'kind',
  EPERM: 'kind',
  ENXIO: 'kind',
  EISDIR: 'kind',
};

// Windows has neither flag, and no such special files in a folder.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads one file below the drafts folder and nothing else: no symbolic link on the way, only a regular file, only up to a
 * size, and only if what was opened is still what the path names afterwards. A string comparison of resolved paths would
 * follow links out of the folder and would not notice a swap.
 *
 * @param root - absolute, already resolved.
 * @param segments - the parts of a relative path, free of dot segments and separators; see `draftFilenameFault`.
 * @param limit - bytes.
 */
export function readDraft(root: string, segments: readonly string[], limit: number): DraftRead {
  try {
    return { ok: true, bytes: readChecked(root, segments, limit) };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    const fault = FAULT_OF_ERRNO[errorCode(error)];
    if (fault === undefined) throw error;
    return { ok: false, fault };
  }
}

function readChecked(root: string, segments: readonly string[], limit: number): Buffer {
  const path = join(root, ...segments);
  const before = look(root, segments);
  const descriptor = openSync(path, FLAGS);
  try {
    const opened = fstatSync(descriptor, { bigint: true });
    if (!opened.isFile()) throw new Fault('kind');
    if (opened.nlink > 1n) throw new Fault('shared');
    if (opened.size > limit) throw new Fault('size');
    const bytes = readAll(descriptor, Number(opened.size));
    const after = look(root, segments);
    const closed = fstatSync(descriptor, { bigint: true });
    const steady =
      opened.mtimeNs === closed.mtimeNs && opened.size === closed.size && bytes.length === Number(opened.size);
    const samePath = before.every((stats, index) => isSame(stats, after[index]));
    if (!steady || !samePath || !isSame(opened, after.at(-1)) || !isAt(descriptor, path)) throw new Fault('changed');
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** Every component from the folder to the file, none of them a link. */
function look(root: string, segments: readonly string[]): BigIntStats[] {
  return [root, ...segments].map((_, index) => {
    const stats = lstatSync(join(root, ...segments.slice(0, index)), { bigint: true });
    if (stats.isSymbolicLink()) throw new Fault('link');
    const isLast = index === segments.length;
    if (isLast ? !stats.isFile() : !stats.isDirectory()) throw new Fault(isLast ? 'kind' : 'missing');
    return stats;
  });
}

const isSame = (one: BigIntStats, other: BigIntStats | undefined): boolean =>
  one.dev === other?.dev && one.ino === other.ino;

/** Linux can say what a descriptor stands for; where it cannot be asked, the other checks have to do. */
function isAt(descriptor: number, path: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
  } catch {
    return true;
  }
}

/** One byte more than the file had when it was opened is enough to see that it has grown. */
function readAll(descriptor: number, size: number): Buffer {
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += read;
    if (read === 0 || length === buffer.length) return buffer.subarray(0, length);
  }
}
