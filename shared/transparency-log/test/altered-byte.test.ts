import { beforeAll, describe, expect, test } from '@jest/globals';
import { present } from './support/present.ts';
import { bundlesOf, copyOf, entriesOf, findingOf, logOf, verifySample, type SampleLog } from './support/sample-log.ts';

const SIZE = 260;

/** The same bytes with one of them altered. */
const altered = (bytes: Uint8Array, at: number, mask: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = present(copy[at]) ^ mask;
  return copy;
};

describe('any single altered byte of a whole log', () => {
  let log: SampleLog;
  let bundles: Uint8Array[];

  beforeAll(async () => {
    log = await logOf(entriesOf(SIZE));
    log.store.dropReplaced();
    log.store.tiles.delete('tile/0/000.p/130');
    bundles = bundlesOf(log.entries);
  });

  test('of the entries is found, and the entry named [log.flip]', async () => {
    let index = 0;
    for (const [which, bundle] of bundles.entries()) {
      let end = 0;
      for (let at = 0; at < bundle.length; at += 1) {
        if (at === end) end += 2 + present(log.entries[index]).length;
        for (const mask of [0x01, 0x80]) {
          const stream = { bundles: bundles.with(which, altered(bundle, at, mask)) };
          const [reason, firstBad] = findingOf(await verifySample(log, { stream }));
          expect([at, reason.startsWith('entry_') || reason === 'bundle_malformed', firstBad]).toEqual([
            at,
            true,
            index,
          ]);
        }
        if (at === end - 1) index += 1;
      }
    }
    expect(index).toBe(SIZE);
  });

  test('of a hash tile is found, and the entries cleared [log.flip]', async () => {
    expect([...log.store.tiles.keys()].toSorted()).toEqual(['tile/0/000', 'tile/0/001.p/4', 'tile/1/000.p/1']);
    for (const [path, tile] of log.store.tiles) {
      for (let at = 0; at < tile.length; at += 1) {
        const changed = copyOf(log);
        changed.store.tiles.set(path, altered(tile, at, 1 << (at % 8)));
        const start = path === 'tile/0/001.p/4' ? 256 : 0;
        expect(findingOf(await verifySample(changed))).toEqual(['tile_damaged', start + Math.floor(at / 32)]);
      }
    }
  });

  test('of a checkpoint is found, the newest or the kept one [log.flip]', async () => {
    const checkpoint = Buffer.from(log.checkpoint);
    for (let at = 0; at < checkpoint.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = altered(checkpoint, at, 1 << bit);
        expect(findingOf(await verifySample(log, { checkpoint: changed }))[0]).toMatch(/^checkpoint_/);
        expect(findingOf(await verifySample(log, { kept: changed }))[0]).toMatch(/^kept_/);
      }
    }
  });
});
