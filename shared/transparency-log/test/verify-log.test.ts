import { beforeAll, describe, expect, test } from '@jest/globals';
import { verifyLog } from '../src/index.ts';
import { trust } from './support/keys.ts';
import { bundlesOf, copyOf, entriesOf, findingOf, logOf, verifySample, type SampleLog } from './support/sample-log.ts';

const SIZE = 700;
const strange = Buffer.from('never logged');
let log: SampleLog;

beforeAll(async () => {
  log = await logOf(entriesOf(SIZE));
});

const withEntries = (entries: Uint8Array[]): SampleLog => ({ ...log, entries });
const checkpointOf = async (size: number): Promise<string> => (await logOf(entriesOf(size))).checkpoint;

describe('a log that holds', () => {
  test.each([0, 1, 2, 255, 256, 257, 511, 512, 513, SIZE])('of %d entries, as bundles and one by one', async (size) => {
    const sound = await logOf(entriesOf(size));
    const expected = { ok: true, entries: size, treeSize: size };
    expect(await verifySample(sound)).toEqual(expected);
    expect(await verifySample(sound, { stream: { entries: sound.entries } })).toEqual(expected);
  });

  test('continues every checkpoint that was kept of it', async () => {
    for (const size of [0, 1, 200, 255, 256, 257, 512, 699, SIZE]) {
      const kept = await checkpointOf(size);
      expect(findingOf(await verifySample(log, { kept }))).toEqual(['ok', undefined]);
      expect(findingOf(await verifySample(log, { kept: Buffer.from(kept) }))).toEqual(['ok', undefined]);
    }
  });

  test('holds whatever its bundles are cut into, with full tiles for partial ones, and is left as it was', async () => {
    const bundles = [...bundlesOf(log.entries.slice(0, 3)), ...bundlesOf(log.entries.slice(3))];
    const before = bundles.map((bundle) => Buffer.from(bundle).toString('hex'));
    expect(await verifySample(log, { stream: { bundles } })).toMatchObject({ ok: true });
    expect(bundles.map((bundle) => Buffer.from(bundle).toString('hex'))).toEqual(before);

    const first = copyOf(await logOf(entriesOf(300)));
    const { store } = log;
    first.store.tiles.clear();
    expect(await verifySample(first, { readTile: store.readAny })).toMatchObject({ ok: true });
    store.dropReplaced();
    for (const path of ['tile/0/000', 'tile/0/001', 'tile/0/002.p/188', 'tile/1/000.p/2'])
      expect(store.tiles.has(path)).toBe(true);
    expect(await verifySample(log)).toMatchObject({ ok: true });
  });

  test('shows each entry to the caller, in order, and how far it is', async () => {
    const seen: string[] = [];
    const progress: number[][] = [];
    const onEntry = (index: number, bytes: Uint8Array): undefined => {
      seen.push(`${index} ${Buffer.from(bytes).toString()}`);
    };
    await verifySample(log, { onEntry, onProgress: (...step) => progress.push(step) });
    const expected = log.entries.map((entry, index) => `${index} ${Buffer.from(entry).toString()}`);
    expect(seen.splice(0)).toEqual(expected);
    expect(progress).toEqual([
      [256, SIZE],
      [512, SIZE],
      [SIZE, SIZE],
    ]);
    await verifySample(log, { onEntry, stream: { entries: log.entries } });
    expect(seen).toEqual(expected);
  });

  test('is read in step: one bundle at a time, and the tiles as they are needed [log.streams]', async () => {
    let handedOut = 0;
    let checked = 0;
    let ahead = 0;
    async function* bundles(): AsyncGenerator<Uint8Array> {
      for (const bundle of bundlesOf(log.entries)) {
        handedOut += 1;
        ahead = Math.max(ahead, handedOut - Math.floor(checked / 256));
        yield bundle;
      }
    }
    log.store.reads = [];
    const onEntry = (): undefined => {
      checked += 1;
    };
    expect(await verifySample(log, { stream: { bundles: bundles() }, onEntry })).toMatchObject({ ok: true });
    expect(ahead).toBe(1);
    expect(log.store.reads).toEqual(['tile/0/000', 'tile/1/000.p/2', 'tile/0/001', 'tile/0/002.p/188']);
  });
});

describe('hash tiles', () => {
  test('a missing, cut or emptied tile is found, and the entries are cleared [log.flip]', async () => {
    const starts: Record<string, number> = {
      'tile/0/000': 0,
      'tile/0/001': 256,
      'tile/0/002.p/188': 512,
      'tile/1/000.p/2': 0,
    };
    for (const [path, start] of Object.entries(starts)) {
      const changed = copyOf(log);
      const tile = changed.store.tiles.get(path) ?? strange;
      changed.store.tiles.delete(path);
      expect(findingOf(await verifySample(changed))).toEqual(['tile_missing', start]);
      changed.store.tiles.set(path, tile.subarray(32));
      expect(findingOf(await verifySample(changed))).toEqual(['tile_damaged', start]);
      changed.store.tiles.set(path, Buffer.alloc(tile.length));
      expect(findingOf(await verifySample(changed))).toEqual(['tile_damaged', start]);
    }
  });

  test('an edited entry is named though tiles are damaged elsewhere [log.changed-entries]', async () => {
    const changed = copyOf(withEntries(log.entries.with(600, strange)));
    changed.store.tiles.get('tile/0/000')?.fill(0, 0, 5);
    expect(findingOf(await verifySample(changed))).toEqual(['entry_edited', 600]);
    // With the tile above gone too, nothing proves which one is right; the place is named all the same.
    for (const path of ['tile/1/000.p/2', 'tile/1/000.p/1']) changed.store.tiles.delete(path);
    expect(findingOf(await verifySample(changed))).toEqual(['root_mismatch', 0]);
  });

  test('what cannot be read is an error, not a verdict, and the stream is closed', async () => {
    let closed = false;
    function* bundles(): Generator<Uint8Array> {
      try {
        yield* bundlesOf(log.entries);
      } finally {
        closed = true;
      }
    }
    const failing = { stream: { bundles: bundles() }, readTile: () => Promise.reject(new Error('The disk is gone.')) };
    await expect(verifySample(log, failing)).rejects.toThrow('The disk is gone.');
    expect(closed).toBe(true);
    const thrown = (): never => {
      throw new Error('The check failed.');
    };
    await expect(
      verifyLog({
        stream: { entries: log.entries },
        readTile: log.store.read,
        checkpoint: log.checkpoint,
        ...trust,
        onEntry: thrown,
      }),
    ).rejects.toThrow('The check failed.');
  });
});
