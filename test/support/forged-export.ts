import type { KeyObject } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import {
  appendLeaves,
  emptyRoot,
  encodeEntryBundle,
  leafHash,
  parseEntryBundle,
  parseTilePath,
  signCheckpoint,
  TILE_WIDTH,
  tilePath,
} from '@narrow-deputies/transparency-log';

/** How far somebody goes to hide what they did to entries. */
export interface Cover {
  /** Hash tiles are made anew. */
  readonly tiles?: boolean;
  /** And the checkpoint is signed anew, with the log's own key. */
  readonly key?: KeyObject;
}

/** Every file below a folder, by path. */
export async function filesIn(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    paths.push(...(entry.isDirectory() ? await filesIn(folder, path) : [path]));
  }
  return paths.toSorted();
}

/** A copy of an export, to be changed. */
export async function copyOf(folder: string, to: string): Promise<string> {
  await rm(to, { recursive: true, force: true });
  await cp(folder, to, { recursive: true });
  return to;
}

/** The texts of all entries, in order. */
export async function entriesIn(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for (const path of (await filesIn(folder)).filter((each) => each.startsWith('tile/entries/'))) {
    const width = parseTilePath(path)?.width ?? 0;
    const bundle = parseEntryBundle(await readFile(join(folder, path)), width);
    texts.push(...(bundle ?? []).map((entry) => Buffer.from(entry).toString('utf8')));
  }
  return texts;
}

/** Entries whose writers count from 1 without a gap again, as whoever forges them would number them. */
export function renumbered(entries: readonly JsonObject[]): JsonObject[] {
  const numbers = new Map<string, number>();
  return entries.map((entry) => {
    const writer = entry['writer'] as { id: string; number: number } | undefined;
    if (!writer) return entry;
    const number = (numbers.get(writer.id) ?? 0) + 1;
    numbers.set(writer.id, number);
    return { ...entry, writer: { ...writer, number } };
  });
}

/** Writes other entries into an export, as far as its author can. */
export async function writeEntries(folder: string, texts: readonly string[], cover: Cover = {}): Promise<void> {
  const entries = texts.map((text) => Buffer.from(text));
  await rm(join(folder, 'tile/entries'), { recursive: true });
  for (let first = 0; first < entries.length; first += TILE_WIDTH) {
    const some = entries.slice(first, first + TILE_WIDTH);
    await put(
      folder,
      tilePath({ level: 'entries', index: first / TILE_WIDTH, width: some.length }),
      encodeEntryBundle(some),
    );
  }
  if (!cover.tiles && !cover.key) return renameBundles(folder, entries.length);
  const none = { size: 0, root: emptyRoot() };
  const { head, tiles } = await appendLeaves(
    none,
    entries.map((entry) => leafHash(entry)),
    () => Promise.resolve(undefined),
  );
  for (const level of await readdir(join(folder, 'tile'))) {
    if (level !== 'entries') await rm(join(folder, 'tile', level), { recursive: true });
  }
  for (const { bytes, ...place } of tiles) await put(folder, tilePath(place), bytes);
  if (!cover.key) return renameBundles(folder, entries.length);
  const [origin = ''] = (await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n');
  const note = signCheckpoint({ origin, ...head, extensions: [] }, [{ name: origin, privateKey: cover.key }]);
  await writeFile(join(folder, 'checkpoint'), note);
}

/** The last bundle bears the name that the checkpoint leads to, however many entries are in it. */
async function renameBundles(folder: string, entries: number): Promise<void> {
  const size = Number((await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n')[1]);
  if (size === entries || size > TILE_WIDTH || entries > TILE_WIDTH) return;
  for (const level of ['entries', 0] as const) {
    const from = join(folder, tilePath({ level, index: 0, width: entries }));
    const bytes = await readFile(from).catch(() => undefined);
    if (!bytes) continue;
    await rm(dirname(from), { recursive: true });
    await put(folder, tilePath({ level, index: 0, width: size }), bytes);
  }
}

async function put(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** One line of a `.jsonl` file. */
export type Line = JsonObject & { index: number };

export async function linesOf(folder: string, file: string): Promise<Line[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

export const writeLines = (folder: string, file: string, lines: readonly JsonObject[]): Promise<void> =>
  writeFile(join(folder, file), lines.map((line) => `${canonicalize(line)}\n`).join(''));

/** Changes the line of one entry; what the change returns stands in its place, nothing where it returns nothing. */
export async function changeLine(
  folder: string,
  file: string,
  index: number,
  change: (line: Line) => JsonObject | undefined,
): Promise<void> {
  const lines = await linesOf(folder, file);
  if (!lines.some((line) => line.index === index)) throw new Error(`${file} has no line for entry ${index}.`);
  await writeLines(
    folder,
    file,
    lines.map((line) => (line.index === index ? change(line) : line)).filter((line) => line !== undefined),
  );
}
