import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { draftFilenameFault } from '@narrow-deputies/contracts';
import { DRAFT_MAX_BYTES, DRAFTS_MAX, LISTED_NAME_MAX } from '@narrow-deputies/contracts/blog';
import { showText } from '@narrow-deputies/contracts/outside';
import { readDraft, SHARED_DRAFT } from './drafts.ts';

/** One Markdown file as it lies in the folder. */
export interface FoundDraft {
  /** As it may be shown: visible, bounded, and without what no acceptable filename has. */
  readonly filename: string;
  /** As the folder has it; never shown. */
  readonly rawName: string;
  readonly bytes: Buffer;
  /** Why its name, or that it has several, keeps it from being published. */
  readonly nameFault: string | undefined;
}

/** Folders below the drafts folder. */
const DEPTH_MAX = 8;
/** Directory entries looked at, whatever they are. */
const ENTRIES_MAX = 20_000;
/** A file that is too large to publish is still listed, with the reason, up to this many bytes. */
const LISTED_MAX_BYTES = 4 * DRAFT_MAX_BYTES;
/** What no acceptable filename has; a listing shows such a name without it. */
const ODD_CHARACTERS = /[^\p{L}\p{M}\p{N} _.\-/]/gu;

/**
 * Regular Markdown files below the folder, sorted by name, at most `limit`. Hidden entries, `node_modules` and
 * symbolic links are passed over. One file at a time is in memory.
 */
export function* listDraftFiles(root: string, limit = DRAFTS_MAX): Generator<FoundDraft> {
  const shown = new Set<string>();
  for (const segments of markdownFiles(root)) {
    if (shown.size === limit) return;
    const read = readDraft(root, segments, LISTED_MAX_BYTES);
    const raw = segments.join('/');
    // File systems that ignore the normal form hand out names in either; the composed one is what a person would type.
    const composed = raw.normalize('NFC');
    const named = composed === raw || readDraft(root, composed.split('/'), LISTED_MAX_BYTES).ok ? composed : raw;
    const filename = showText(named.replaceAll(ODD_CHARACTERS, '\uFFFD'), LISTED_NAME_MAX).text;
    const isShared = !read.ok && read.fault === 'shared';
    if ((!read.ok && !isShared) || shown.has(filename)) continue;
    shown.add(filename);
    // Named, and not read: what it holds may belong elsewhere.
    if (isShared) yield { filename, rawName: named, bytes: Buffer.alloc(0), nameFault: SHARED_DRAFT };
    else if (read.ok) yield { filename, rawName: named, bytes: read.bytes, nameFault: draftFilenameFault(named) };
  }
}

/** Relative paths, in segments, in the order of their names. */
function markdownFiles(root: string): string[][] {
  const found: string[][] = [];
  let left = ENTRIES_MAX;
  const walk = (folder: readonly string[]): void => {
    for (const entry of entriesOf(join(root, ...folder))) {
      if ((left -= 1) < 0) return;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = [...folder, entry.name];
      if (entry.isDirectory() && path.length <= DEPTH_MAX) walk(path);
      if (entry.isFile() && entry.name.endsWith('.md')) found.push(path);
    }
  };
  walk([]);
  return found.toSorted((one, other) => (one.join('/') < other.join('/') ? -1 : 1));
}

/** A folder that cannot be read has no drafts. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
