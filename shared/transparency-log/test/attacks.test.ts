import { beforeAll, describe, expect, test } from '@jest/globals';
import type { LogReason } from '../src/index.ts';
import { otherSigner, signer } from './support/keys.ts';
import { present } from './support/present.ts';
import { CHECKS, referenceVerify, type Check } from './support/reference-verifier.ts';
import { copyOf, entriesOf, findingOf, logOf, verifySample, type SampleLog } from './support/sample-log.ts';

const SIZE = 520;
const strange = Buffer.from('never logged');

interface Attack {
  what: string;
  log: SampleLog;
  kept?: string;
  reason: LogReason;
  firstBad?: number;
  /** The check whose absence lets the attack through. */
  stoppedBy: Check;
}

let attacks: Attack[] = [];

beforeAll(async () => {
  const log = await logOf(entriesOf(SIZE));
  const older = await logOf(entriesOf(300));
  const rewritten = await logOf(log.entries.with(100, strange));
  const damaged = (path: string): SampleLog => {
    const copy = copyOf(log);
    present(copy.store.tiles.get(path)).fill(0, 40, 41);
    return copy;
  };
  attacks = [
    {
      what: 'a log of a stranger under the same name',
      log: await logOf(entriesOf(SIZE, 'forged'), [otherSigner]),
      reason: 'checkpoint_unsigned',
      stoppedBy: 'the signature',
    },
    {
      what: 'a new root under the old signature',
      log: {
        ...rewritten,
        checkpoint: log.checkpoint.replace(...rootsOf(log, rewritten)),
      },
      reason: 'checkpoint_signature_invalid',
      stoppedBy: 'the signature',
    },
    {
      what: 'another log of the same key',
      log: await logOf(entriesOf(SIZE), [signer], 'other.example/log'),
      reason: 'checkpoint_origin',
      stoppedBy: 'the origin',
    },
    {
      what: 'a kept checkpoint that was replaced to fit a rewritten history',
      log: rewritten,
      kept: (await logOf(rewritten.entries.slice(0, 300), [otherSigner])).checkpoint,
      reason: 'kept_unsigned',
      stoppedBy: 'the kept checkpoint’s signature',
    },
    {
      what: 'an older state of the log',
      log: older,
      kept: log.checkpoint,
      reason: 'rolled_back',
      stoppedBy: 'that the log is not older than the kept checkpoint',
    },
    {
      what: 'a history that was rewritten with the key',
      log: rewritten,
      kept: older.checkpoint,
      reason: 'fork',
      stoppedBy: 'that the log continues the kept checkpoint',
    },
    {
      what: 'a dropped tail',
      log: { ...log, entries: log.entries.slice(0, 515) },
      reason: 'entries_missing',
      firstBad: 515,
      stoppedBy: 'that every entry is there',
    },
    {
      what: 'entries after the end',
      log: { ...log, entries: [...log.entries, strange] },
      reason: 'entries_surplus',
      firstBad: SIZE,
      stoppedBy: 'that there are no more entries',
    },
    {
      what: 'an edited entry',
      log: { ...log, entries: log.entries.with(300, strange) },
      reason: 'entry_edited',
      firstBad: 300,
      stoppedBy: 'the hash of each entry',
    },
    {
      what: 'two entries in each other’s place',
      log: { ...log, entries: log.entries.with(300, present(log.entries[310])).with(310, present(log.entries[300])) },
      reason: 'entry_reordered',
      firstBad: 300,
      stoppedBy: 'the hash of each entry',
    },
    {
      what: 'an entry deleted and one appended',
      log: { ...log, entries: [...log.entries.toSpliced(10, 1), strange] },
      reason: 'entry_deleted',
      firstBad: 10,
      stoppedBy: 'the hash of each entry',
    },
    {
      what: 'a damaged leaf tile',
      log: damaged('tile/0/001'),
      reason: 'tile_damaged',
      firstBad: 257,
      stoppedBy: 'the hash tiles',
    },
    {
      what: 'a damaged upper tile',
      log: damaged('tile/1/000.p/2'),
      reason: 'tile_damaged',
      firstBad: 256,
      stoppedBy: 'the hash tiles',
    },
  ];
});

/** The roots of two logs as their checkpoints write them. */
const rootsOf = (...logs: [SampleLog, SampleLog]): [string, string] => {
  const [one, other] = logs.map(({ store }) => Buffer.from(store.head.root).toString('base64'));
  return [present(one), present(other)];
};

describe('attacks on a whole log', () => {
  test('each is found, by its name and place [log.changed-entries, log.tail, log.history, log.trust]', async () => {
    for (const { what, log, kept, reason, firstBad } of attacks) {
      const verdict = await verifySample(log, kept === undefined ? {} : { kept });
      expect([what, ...findingOf(verdict)]).toEqual([what, reason, firstBad]);
      expect(verdict).toMatchObject({ message: expect.stringMatching(/^[A-Z].*\.$/) });
    }
  });

  test('a plain verifier finds each too, and one that lacks the check does not [log.twins]', () => {
    for (const { what, log, kept, stoppedBy } of attacks) {
      expect([what, referenceVerify(log, kept)]).toEqual([what, false]);
      expect([what, referenceVerify(log, kept, stoppedBy)]).toEqual([what, true]);
    }
  });

  test('every check has an attack that only it stops [log.twins]', () => {
    expect(new Set(attacks.map(({ stoppedBy }) => stoppedBy))).toEqual(new Set(CHECKS));
  });
});
