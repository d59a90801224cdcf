import { appendLeaves, emptyRoot, tilePath, type NewTile, type ReadTile, type TreeHead } from '../../src/index.ts';

/** Tiles in memory under their paths, and how they were asked for. */
export class TileStore {
  readonly tiles = new Map<string, Uint8Array>();
  reads: string[] = [];
  head: TreeHead = { size: 0, root: emptyRoot() };

  readonly read: ReadTile = (level, index, width) => {
    const path = tilePath({ level, index, width });
    this.reads.push(path);
    return Promise.resolve(this.tiles.get(path));
  };

  /** As `read`, for sizes that the tree never had while it was stored: it cuts the narrowest tile that is wide enough. */
  readonly readAny: ReadTile = (level, index, width) => {
    this.reads.push(tilePath({ level, index, width }));
    for (let stored = width; stored <= 256; stored += 1) {
      const tile = this.tiles.get(tilePath({ level, index, width: stored }));
      if (tile !== undefined) return Promise.resolve(tile.subarray(0, width * 32));
    }
    return Promise.resolve(undefined);
  };

  /** Appends leaves as a sequencer does, and keeps what it gets. */
  async append(leafHashes: readonly Uint8Array[]): Promise<NewTile[]> {
    const { head, tiles } = await appendLeaves(this.head, leafHashes, this.read);
    for (const { bytes, ...address } of tiles) this.tiles.set(tilePath(address), bytes);
    this.head = head;
    return tiles;
  }

  /** Drops every partial tile whose full one is there. */
  dropReplaced(): number {
    const replaced = [...this.tiles.keys()].filter(
      (path) => this.tiles.has(path.replace(/\.p\/.*$/, '')) && path.includes('.p/'),
    );
    for (const path of replaced) this.tiles.delete(path);
    return replaced.length;
  }
}

/** The tiles of a tree by the words of C2SP tlog-tiles, as paths. */
export function tilePathsOf(size: number): string[] {
  const paths: string[] = [];
  for (let level = 0; Math.floor(size / 256 ** level) > 0; level += 1) {
    const hashes = Math.floor(size / 256 ** level);
    for (let index = 0; index < Math.floor(hashes / 256); index += 1)
      paths.push(tilePath({ level, index, width: 256 }));
    if (hashes % 256 > 0) paths.push(tilePath({ level, index: Math.floor(hashes / 256), width: hashes % 256 }));
  }
  return paths;
}
