import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  appendLeaves,
  frontierFromTiles,
  leafHash,
  parseTilePath,
  rootFromTiles,
  TileFault,
  tilePath,
  treeHead,
} from '../src/index.ts';
import { NaiveTree } from './support/naive-tree.ts';
import { present } from './support/present.ts';
import { tilePathsOf, TileStore } from './support/tile-store.ts';

const SIZE = 66_100;
const leafHashes = Array.from({ length: SIZE }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
const naive = new NaiveTree(leafHashes);
const EDGES = [65_280, 65_535, 65_536, 65_537, 65_791, 65_792, 65_793, 66_100];

/** The bytes of a tile by the formula of C2SP tlog-tiles. */
function naiveTile(path: string): Buffer {
  const { level, index, width } = present(parseTilePath(path));
  const span = 256 ** Number(level);
  const first = index * 256;
  const hashes = Array.from({ length: width }, (_, i) => naive.hash((first + i) * span, (first + i + 1) * span));
  return Buffer.concat(hashes);
}

describe('tiles', () => {
  const store = new TileStore();

  beforeAll(async () => {
    let step = 1;
    while (store.head.size < SIZE) {
      // Steps of every kind: below, at and above the width of a tile, and some that land on the edges themselves.
      const edge = EDGES.find((size) => size > store.head.size) ?? SIZE;
      const end = Math.min(store.head.size + step, edge);
      await store.append(leafHashes.slice(store.head.size, end));
      step = (step * 7) % 1021;
    }
  });

  test('appending one leaf at a time gives root, frontier and tiles of the naive tree at every size [log.tiles]', async () => {
    const grown = new TileStore();
    for (let size = 0; size <= 600; size += 1) {
      const before = new Set(tilePathsOf(size - 1));
      if (size > 0) {
        const written = await grown.append([present(leafHashes[size - 1])]);
        const paths = written.map(tilePath).toSorted();
        expect(paths).toEqual(
          tilePathsOf(size)
            .filter((path) => !before.has(path))
            .toSorted(),
        );
        for (const tile of written) expect(naiveTile(tilePath(tile)).equals(tile.bytes)).toBe(true);
      }
      const root = naive.hash(0, size);
      expect(grown.head).toEqual({ size, root });
      expect(await rootFromTiles(size, grown.read)).toEqual(root);
      expect((await frontierFromTiles(size, grown.read)).root()).toEqual(root);
    }
    expect(treeHead(leafHashes.slice(0, 600))).toEqual(naive.hash(0, 600));
  });

  test('appending any number at once writes exactly the tiles that the smaller tree had not [log.tiles]', async () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constantFrom(0, 1, 255, 256, 257, 511, 512, 513));
    await fc.assert(
      fc.asyncProperty(number, number, async (old, more) => {
        const grown = new TileStore();
        await grown.append(leafHashes.slice(0, old));
        const before = new Set(tilePathsOf(old));
        const written = await grown.append(leafHashes.slice(old, old + more));
        const expected = tilePathsOf(old + more).filter((path) => !before.has(path));
        expect(written.map(tilePath).toSorted()).toEqual(expected.toSorted());
        for (const tile of written) expect(naiveTile(tilePath(tile)).equals(tile.bytes)).toBe(true);
        expect(grown.head.root).toEqual(naive.hash(0, old + more));
      }),
      { numRuns: 60 },
    );
  });

  test('a tree with a full tile of the second level has the tiles of the naive one [log.tiles]', async () => {
    for (const path of tilePathsOf(SIZE)) {
      expect([path, naiveTile(path).equals(present(store.tiles.get(path)))]).toEqual([path, true]);
    }
    for (const size of EDGES) expect(await rootFromTiles(size, store.read)).toEqual(naive.hash(0, size));
  });

  test('a tree of 70,000 leaves has the tiles that tlog-tiles counts [log.vectors]', async () => {
    const { tiles } = await appendLeaves(
      store.head,
      Array.from({ length: 70_000 - SIZE }, () => leafHash(Buffer.of())),
      store.read,
    );
    const widest = new Map<string, { level: unknown; width: number }>();
    for (const path of [...store.tiles.keys(), ...tiles.map(tilePath)]) {
      const tile = present(parseTilePath(path));
      const place = `${tile.level}/${tile.index}`;
      if (tile.width > (widest.get(place)?.width ?? 0)) widest.set(place, tile);
    }
    const widths = (level: number): number[] =>
      [...widest.values()].filter((tile) => tile.level === level).map(({ width }) => width);
    const full = (level: number): number => widths(level).filter((width) => width === 256).length;
    const partial = (level: number): number[] => widths(level).filter((width) => width < 256);
    expect([full(0), partial(0)]).toEqual([273, [112]]);
    expect([full(1), partial(1)]).toEqual([1, [17]]);
    expect([full(2), partial(2)]).toEqual([0, [1]]);
  });

  test('a size of the past is read from full tiles once its partial ones are gone', async () => {
    const pruned = new TileStore();
    for (let size = 0; size < 1500; size += 100) await pruned.append(leafHashes.slice(size, size + 100));
    expect(pruned.dropReplaced()).toBeGreaterThan(5);
    for (const size of [1, 100, 255, 256, 300, 511, 700, 1200]) {
      expect(await rootFromTiles(size, pruned.read)).toEqual(naive.hash(0, size));
    }
  });

  test('root and frontier take a number of reads that grows with the levels alone', async () => {
    for (const ask of [rootFromTiles, frontierFromTiles]) {
      store.reads = [];
      await ask(SIZE, store.read);
      expect(store.reads.length).toBeLessThanOrEqual(3);
    }
    store.reads = [];
    await store.append([]);
    expect(store.reads.length).toBeLessThanOrEqual(3);
  });

  test('nothing is built on tiles that are missing, cut or damaged', async () => {
    const damaged = new TileStore();
    await damaged.append(leafHashes.slice(0, 300));
    const path = 'tile/0/001.p/44';
    const tile = present(damaged.tiles.get(path));
    damaged.tiles.delete(path);
    await expect(damaged.append([leafHash(Buffer.of())])).rejects.toThrow(new TileFault('missing', 0, 1, 44));
    await expect(rootFromTiles(300, damaged.read)).rejects.toThrow('The hash tile tile/0/001.p/44 is missing.');
    damaged.tiles.set(path, tile.subarray(1));
    await expect(damaged.append([leafHash(Buffer.of())])).rejects.toThrow('The hash tile tile/0/001.p/44 is damaged.');
    damaged.tiles.delete(path);
    damaged.tiles.set('tile/0/001', Buffer.alloc(100));
    await expect(rootFromTiles(300, damaged.read)).rejects.toThrow('The hash tile tile/0/001 is damaged.');
    damaged.tiles.delete('tile/0/001');
    damaged.tiles.set(path, Buffer.from(tile).fill(0, 3, 4));
    await expect(damaged.append([leafHash(Buffer.of())])).rejects.toThrow('do not hash to the root');
    expect(damaged.head.size).toBe(300);
  });

  test('sizes, indexes and hashes out of range are refused', async () => {
    await expect(rootFromTiles(-1, store.read)).rejects.toThrow(RangeError);
    await expect(rootFromTiles(1.5, store.read)).rejects.toThrow(RangeError);
    await expect(appendLeaves(store.head, [Buffer.alloc(31)], store.read)).rejects.toThrow(RangeError);
    await expect(
      appendLeaves({ ...store.head, size: Number.MAX_SAFE_INTEGER }, [leafHash(Buffer.of())], store.read),
    ).rejects.toThrow(RangeError);
  });
});
