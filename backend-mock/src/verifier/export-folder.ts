import { lstat, opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTilePath, TILE_WIDTH, tilePath, type ReadTile } from '@narrow-deputies/transparency-log';
import { FILES } from './export-files.ts';
import { Fault } from './fault.ts';

const { tiles: _tiles, payloads: _payloads, ...required } = FILES;
const REQUIRED: readonly string[] = Object.values(required);

/** An exported log on disk; nothing of it is believed. */
export class ExportFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** @returns undefined where there is no such file. */
  async read(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.path(name));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async has(name: string): Promise<boolean> {
    try {
      return (await lstat(this.path(name))).isFile();
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  readTile: ReadTile = (level, index, width) => this.read(tilePath({ level, index, width }));

  /** The entry bundles of a tree of this size, up to the first that is not there. */
  async *bundles(size: number): AsyncGenerator<Uint8Array, void> {
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const bundle = await this.read(tilePath({ level: 'entries', index, width }));
      if (!bundle) return;
      yield bundle;
    }
  }

  /** @throws Fault for a file that every export has, and this one has not. */
  async requireFiles(): Promise<void> {
    for (const name of REQUIRED) if (!(await this.has(name))) throw new Fault('file_missing', `There is no ${name}.`);
  }

  /** @throws Fault for a file that an export of this size has not: somebody would read it, and nothing vouches for it. */
  async refuseOthers(size: number): Promise<void> {
    const known = new Set<string>([...REQUIRED, FILES.payloads]);
    for await (const { path, kind } of this.#walk('')) {
      const isOurs = kind === 'folder' ? path.startsWith(FILES.tiles) : known.has(path) || belongs(path, size);
      if (!isOurs || kind === 'other') {
        throw new Fault('file_unexpected', 'The folder holds a file that is no part of the export.');
      }
    }
  }

  /** Everything below, one name at a time. */
  async *#walk(below: string): AsyncGenerator<{ path: string; kind: 'folder' | 'file' | 'other' }, void> {
    for await (const entry of await opendir(join(this.folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      yield { path, kind: entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other' };
      if (entry.isDirectory()) yield* this.#walk(path);
    }
  }
}

/** Whether a path is that of a tile or bundle of a tree of this size. */
function belongs(path: string, size: number): boolean {
  const address = parseTilePath(path);
  if (!address) return false;
  const leaves = address.level === 'entries' ? 1 : TILE_WIDTH ** address.level;
  const hashes = Math.floor(size / leaves) - address.index * TILE_WIDTH;
  return address.width === Math.min(TILE_WIDTH, hashes);
}

const isAbsent = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String((error as { code?: unknown }).code));
