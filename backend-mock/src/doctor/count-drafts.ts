import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** As deep as a server looks. */
const DEPTH_MAX = 8;
/** Nobody needs to know more exactly than "more than". */
export const COUNT_MAX = 1_000;

/**
 * Counts the Markdown files below a folder; links are not followed.
 *
 * @returns at most {@link COUNT_MAX}. @throws the system's error when the folder itself cannot be read.
 */
export async function countDrafts(folder: string, depth = 1): Promise<number> {
  let count = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.md')) count += 1;
    if (entry.isDirectory() && depth < DEPTH_MAX) {
      count += await countDrafts(join(folder, entry.name), depth + 1).catch(() => 0);
    }
    if (count >= COUNT_MAX) return COUNT_MAX;
  }
  return count;
}
