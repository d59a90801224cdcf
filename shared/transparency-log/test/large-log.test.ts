import { beforeAll, describe, expect, test } from '@jest/globals';
import { leafHash } from '../src/index.ts';
import { present } from './support/present.ts';
import { copyOf, entriesOf, entryAt, findingOf, logOf, verifySample, type SampleLog } from './support/sample-log.ts';

const SIZE = 66_100;
const strange = Buffer.from('never logged');

describe('a log with a full tile above the leaves', () => {
  let log: SampleLog;

  beforeAll(async () => {
    log = await logOf(entriesOf(SIZE));
  });

  test('holds, reading each tile once', async () => {
    log.store.reads = [];
    const kept = (await logOf(entriesOf(65_600))).checkpoint;
    expect(await verifySample(log, { kept })).toEqual({ ok: true, entries: SIZE, treeSize: SIZE });
    expect(new Set(log.store.reads).size).toBe(log.store.reads.length);
    expect(log.store.reads.length).toBe(259 + 2 + 1);
  });

  test('names an entry that was edited, deleted, inserted or moved [log.changed-entries]', async () => {
    for (const at of [0, 65_279, 65_280, 65_535, 65_536, 65_540, 66_099]) {
      const edited = { ...log, entries: log.entries.with(at, strange) };
      expect(findingOf(await verifySample(edited))).toEqual(['entry_edited', at]);
    }
    const { entries } = log;
    expect(findingOf(await verifySample({ ...log, entries: entries.toSpliced(65_535, 1) }))).toEqual([
      'entry_deleted',
      65_535,
    ]);
    expect(findingOf(await verifySample({ ...log, entries: entries.toSpliced(65_536, 0, strange) }))).toEqual([
      'entry_inserted',
      65_536,
    ]);
    const moved = entries.with(65_535, entryAt(65_536)).with(65_536, entryAt(65_535));
    expect(findingOf(await verifySample({ ...log, entries: moved }))).toEqual(['entry_reordered', 65_535]);
  });

  test('clears the entries when a tile of any level is damaged [log.flip]', async () => {
    for (const [path, at, firstBad] of [
      ['tile/0/255', 100, 255 * 256 + 3],
      ['tile/0/256', 0, 65_536],
      ['tile/1/000', 8191, 255 * 256],
      ['tile/1/001.p/2', 33, 65_536 + 256],
      ['tile/2/000.p/1', 5, 0],
    ] as const) {
      const changed = copyOf(log);
      const tile = present(changed.store.tiles.get(path));
      tile[at] = present(tile[at]) ^ 0x10;
      expect([path, ...findingOf(await verifySample(changed))]).toEqual([path, 'tile_damaged', firstBad]);
    }
  });

  test('names the range when entries were changed with the tiles above them [log.history]', async () => {
    const changed = copyOf({ ...log, entries: log.entries.with(1000, strange) });
    const tile = present(changed.store.tiles.get('tile/0/003'));
    tile.set(leafHash(strange), (1000 - 3 * 256) * 32);
    expect(findingOf(await verifySample(changed))).toEqual(['entries_rewritten', 768]);

    const further = await logOf(log.entries.with(1000, strange));
    for (const [path, above] of log.store.tiles) if (path.startsWith('tile/2/')) further.store.tiles.set(path, above);
    expect(findingOf(await verifySample({ ...further, checkpoint: log.checkpoint }))).toEqual(['entries_rewritten', 0]);
  });
});
