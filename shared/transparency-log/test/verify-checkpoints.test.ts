import { beforeAll, describe, expect, test } from '@jest/globals';
import { emptyRoot, signCheckpoint, type LogToVerify } from '../src/index.ts';
import { ORIGIN, otherSigner, otherVerifier, signer, verifier } from './support/keys.ts';
import { copyOf, entriesOf, findingOf, logOf, verifySample, type SampleLog } from './support/sample-log.ts';

const SIZE = 700;
const strange = Buffer.from('never logged');
let log: SampleLog;

beforeAll(async () => {
  log = await logOf(entriesOf(SIZE));
});
const checkpointOf = async (size: number): Promise<string> => (await logOf(entriesOf(size))).checkpoint;

describe('checkpoints', () => {
  const headOf = (size: number) => ({ origin: ORIGIN, size, root: emptyRoot(), extensions: [] });

  test('a wrong key, a bad signature, another log and other text are told apart [log.trust]', async () => {
    const reasonOf = async (more: Partial<LogToVerify>): Promise<string> => findingOf(await verifySample(log, more))[0];
    const foreign = (await logOf(log.entries, [signer], 'other.example/log')).checkpoint;
    const otherKey = (await logOf(log.entries, [otherSigner])).checkpoint;
    const altered = log.checkpoint.replace('\n700\n', '\n600\n');
    for (const [which, prefix] of [
      ['checkpoint', 'checkpoint'],
      ['kept', 'kept'],
    ] as const) {
      expect(await reasonOf({ [which]: otherKey })).toBe(`${prefix}_unsigned`);
      expect(await reasonOf({ [which]: altered })).toBe(`${prefix}_signature_invalid`);
      expect(await reasonOf({ [which]: foreign })).toBe(`${prefix}_origin`);
      expect(await reasonOf({ [which]: 'nothing' })).toBe(`${prefix}_malformed`);
      expect(await reasonOf({ [which]: Buffer.of(0xff) })).toBe(`${prefix}_malformed`);
    }
    expect(await reasonOf({ verifiers: [otherVerifier] })).toBe('checkpoint_unsigned');
    expect(await reasonOf({ verifiers: [verifier, otherVerifier], kept: otherKey })).toBe('ok');
    expect(await verifySample(log, { checkpoint: otherKey })).toEqual({
      ok: false,
      entries: 0,
      treeSize: 0,
      reason: 'checkpoint_unsigned',
      message: 'The newest checkpoint is not signed by a key that is trusted for this log.',
    });
  });

  test('a rolled-back log is found by the kept checkpoint [log.history]', async () => {
    const older = await logOf(entriesOf(600));
    expect(findingOf(await verifySample(older))).toEqual(['ok', undefined]);
    expect(findingOf(await verifySample(older, { kept: log.checkpoint }))).toEqual(['rolled_back', undefined]);
  });

  test('a history that the holder of the key rewrote is found by the kept checkpoint [log.history]', async () => {
    for (const kept of [log.checkpoint, await checkpointOf(1), await checkpointOf(256), await checkpointOf(400)]) {
      const rewritten = await logOf(log.entries.with(0, strange));
      expect(findingOf(await verifySample(rewritten))).toEqual(['ok', undefined]);
      expect(findingOf(await verifySample(rewritten, { kept }))).toEqual(['fork', undefined]);
    }
    const later = await logOf(log.entries.with(450, strange));
    expect(findingOf(await verifySample(later, { kept: await checkpointOf(450) }))).toEqual(['ok', undefined]);
    expect(findingOf(await verifySample(later, { kept: await checkpointOf(451) }))).toEqual(['fork', undefined]);
    const nothing = signCheckpoint({ ...headOf(0), root: log.store.head.root }, [signer]);
    expect(findingOf(await verifySample(log, { kept: nothing }))).toEqual(['fork', undefined]);
  });

  test('a history that was rewritten without the key is found [log.history]', async () => {
    const rewritten = await logOf(log.entries.with(300, strange));
    expect(findingOf(await verifySample({ ...rewritten, checkpoint: log.checkpoint }))).toEqual([
      'root_mismatch',
      undefined,
    ]);
    // What was right at the kept checkpoint narrows the place down.
    const verdict = await verifySample({ ...rewritten, checkpoint: log.checkpoint }, { kept: await checkpointOf(290) });
    expect(findingOf(verdict)).toEqual(['root_mismatch', 290]);
    // With the lowest tile changed along and those above as they were, the bundle is named.
    const lowest = copyOf(rewritten);
    for (const [path, tile] of log.store.tiles) if (path.startsWith('tile/1/')) lowest.store.tiles.set(path, tile);
    expect(findingOf(await verifySample({ ...lowest, checkpoint: log.checkpoint }))).toEqual([
      'entries_rewritten',
      256,
    ]);
  });

  test('the empty log has one root', async () => {
    const wrong = signCheckpoint({ ...headOf(0), root: log.store.head.root }, [signer]);
    const empty = await logOf([]);
    expect(findingOf(await verifySample({ ...empty, checkpoint: wrong }))).toEqual(['root_mismatch', undefined]);
    expect(findingOf(await verifySample(empty, { kept: signCheckpoint(headOf(0), [signer]) }))).toEqual([
      'ok',
      undefined,
    ]);
  });
});
