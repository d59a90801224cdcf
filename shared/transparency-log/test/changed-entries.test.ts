import { beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { LogToVerify } from '../src/index.ts';
import { bundlesOf, entriesOf, entryAt, findingOf, logOf, verifySample, type SampleLog } from './support/sample-log.ts';

const SIZE = 700;
const strange = Buffer.from('never logged');
let log: SampleLog;

beforeAll(async () => {
  log = await logOf(entriesOf(SIZE));
});

const withEntries = (entries: Uint8Array[]): SampleLog => ({ ...log, entries });

describe('changed entries', () => {
  const place = fc.oneof(
    fc.integer({ min: 0, max: SIZE - 1 }),
    fc.constantFrom(0, 254, 255, 256, 257, 511, 512, SIZE - 1),
  );

  test('an edited entry is named [log.changed-entries]', async () => {
    await fc.assert(
      fc.asyncProperty(place, async (at) => {
        const verdict = await verifySample(withEntries(log.entries.with(at, strange)));
        expect(findingOf(verdict)).toEqual(['entry_edited', at]);
      }),
    );
  });

  test('an entry overwritten with a copy of its neighbour is an edited one [log.changed-entries]', async () => {
    for (const at of [0, 254, 255, 256, 400, SIZE - 2]) {
      const copy = withEntries(log.entries.with(at, entryAt(at + 1)));
      expect(findingOf(await verifySample(copy))).toEqual(['entry_edited', at]);
    }
  });

  test('a deleted entry is named; without the last one the log ends too early [log.changed-entries]', async () => {
    await fc.assert(
      fc.asyncProperty(place, async (at) => {
        const verdict = await verifySample(withEntries(log.entries.toSpliced(at, 1)));
        expect(findingOf(verdict)).toEqual([at === SIZE - 1 ? 'entries_missing' : 'entry_deleted', at]);
      }),
    );
  });

  test('an inserted entry is named, new or a copy; after the last one it is surplus [log.changed-entries]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(place, fc.constant(SIZE)), fc.boolean(), async (at, copied) => {
        const inserted = copied ? entryAt((at + 5) % SIZE) : strange;
        const verdict = await verifySample(withEntries(log.entries.toSpliced(at, 0, inserted)));
        expect(findingOf(verdict)).toEqual([at === SIZE ? 'entries_surplus' : 'entry_inserted', at]);
      }),
    );
  });

  test('swapped and moved entries are named by the first that is out of place [log.changed-entries]', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, distance, swap) => {
        const to = at + distance;
        fc.pre(to < SIZE);
        const [one, other] = [entryAt(at), entryAt(to)];
        const entries = swap
          ? log.entries.with(at, other).with(to, one)
          : log.entries.toSpliced(at, 1).toSpliced(to, 0, one);
        expect(findingOf(await verifySample(withEntries(entries)))).toEqual(['entry_reordered', at]);
      }),
    );
  });

  test('an entry that cannot be read is named [log.changed-entries]', async () => {
    const [first = strange, second = strange, third = strange] = bundlesOf(log.entries);
    const cut = second.subarray(0, second.length - 1);
    expect(findingOf(await verifySample(log, { stream: { bundles: [first, cut, third] } }))).toEqual([
      'bundle_malformed',
      511,
    ]);
    expect(findingOf(await verifySample(log, { stream: { bundles: [first, second, third.subarray(0, 1)] } }))).toEqual([
      'bundle_malformed',
      512,
    ]);
    const longer = Buffer.concat([third, Buffer.of(0)]);
    expect(findingOf(await verifySample(log, { stream: { bundles: [first, second, longer] } }))).toEqual([
      'entries_surplus',
      SIZE,
    ]);
  });

  test('the caller refuses what an entry says, at once or later; a changed entry before it comes first', async () => {
    const fault = { code: 'payload_swapped', message: 'its payload is another one.' };
    const refuse = (index: number): typeof fault | undefined => (index === 300 ? fault : undefined);
    for (const onEntry of [refuse, async (index: number) => refuse(index)]) {
      expect(await verifySample(log, { onEntry })).toEqual({
        ok: false,
        entries: 512,
        treeSize: SIZE,
        reason: 'entry_refused',
        firstBad: 300,
        entryFault: fault,
        message: 'Entry 300 is in the log as it was written, but: its payload is another one.',
      });
      for (const [at, expected] of [
        [299, ['entry_edited', 299]],
        [301, ['entry_refused', 300]],
      ] as const) {
        const edited = withEntries(log.entries.with(at, strange));
        expect(findingOf(await verifySample(edited, { onEntry }))).toEqual(expected);
      }
    }
  });
});

describe('the end of a log', () => {
  test('a dropped tail is found, with or without its tiles [log.tail]', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: SIZE - 1 }), fc.boolean(), async (left, tilesToo) => {
        const cut = withEntries(log.entries.slice(0, left));
        const readTile: LogToVerify['readTile'] = (level, index, width) =>
          tilesToo && level === 0 && index * 256 >= left
            ? Promise.resolve(undefined)
            : log.store.read(level, index, width);
        expect(findingOf(await verifySample(cut, { readTile }))).toEqual(['entries_missing', left]);
      }),
      { numRuns: 60 },
    );
  });

  test('surplus entries are found [log.tail]', async () => {
    for (const more of [1, 2, 300]) {
      const longer = withEntries([...log.entries, ...entriesOf(more)]);
      expect(findingOf(await verifySample(longer))).toEqual(['entries_surplus', SIZE]);
    }
    const empty = await logOf([]);
    expect(findingOf(await verifySample({ ...empty, entries: [strange] }))).toEqual(['entries_surplus', 0]);
  });

  test('bytes dropped from the end of the last bundle are found [log.tail]', async () => {
    const [first = strange, second = strange, third = strange] = bundlesOf(log.entries);
    for (let length = 0; length < third.length; length += 1) {
      const bundles = [first, second, third.subarray(0, length)];
      const verdict = await verifySample(log, { stream: { bundles } });
      expect(['entries_missing', 'bundle_malformed']).toContain(findingOf(verdict)[0]);
    }
  });
});
