import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  emptyRoot,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  signNote,
  type Checkpoint,
} from '../src/index.ts';
import { ORIGIN, otherSigner, otherVerifier, signer, trust, verifier } from './support/keys.ts';
import { SPEC_CHECKPOINT } from './support/vectors.ts';

const root = emptyRoot();
const base64 = Buffer.from(root).toString('base64');
const checkpoint: Checkpoint = { origin: ORIGIN, size: 12, root, extensions: [] };

describe('checkpoints', () => {
  test('the example of tlog-checkpoint is read and written [log.vectors]', () => {
    const text = SPEC_CHECKPOINT.note.slice(0, SPEC_CHECKPOINT.note.indexOf('\n\n') + 1);
    const { origin, size } = SPEC_CHECKPOINT;
    const expected = { origin, size, root: Buffer.from(SPEC_CHECKPOINT.root, 'base64'), extensions: [] };
    expect(parseCheckpoint(text)).toEqual(expected);
    expect(formatCheckpoint(expected)).toBe(text);
    expect(openCheckpoint(SPEC_CHECKPOINT.note, { origin, verifiers: [verifier] })).toEqual({
      ok: false,
      fault: 'unsigned',
    });
  });

  test('a signed checkpoint is read with its log and key, and with no other [log.trust]', () => {
    const note = signCheckpoint(checkpoint, [signer]);
    expect(openCheckpoint(note, trust)).toEqual({ ok: true, checkpoint });
    expect(openCheckpoint(Buffer.from(note), trust)).toEqual({ ok: true, checkpoint });
    expect(openCheckpoint(note, { ...trust, verifiers: [otherVerifier] })).toEqual({ ok: false, fault: 'unsigned' });
    expect(openCheckpoint(note, { ...trust, origin: 'other.example/log' })).toEqual({ ok: false, fault: 'origin' });
    const altered = note.replace('\n12\n', '\n13\n');
    expect(openCheckpoint(altered, trust)).toEqual({ ok: false, fault: 'signature_invalid' });
  });

  test('while keys change, a checkpoint that both sign is read with either [log.trust]', () => {
    const note = signCheckpoint(checkpoint, [signer, otherSigner]);
    for (const verifiers of [[verifier], [otherVerifier], [verifier, otherVerifier]]) {
      expect(openCheckpoint(note, { ...trust, verifiers })).toMatchObject({ ok: true });
    }
  });

  test('a note that is no checkpoint is none, however well it is signed', () => {
    expect(openCheckpoint(signNote('A note.\n', [signer]), trust)).toEqual({ ok: false, fault: 'malformed' });
    expect(openCheckpoint('nothing', trust)).toEqual({ ok: false, fault: 'malformed' });
  });

  test('extension lines are kept in order', () => {
    const extended = { ...checkpoint, extensions: ['one', 'two 2'] };
    expect(formatCheckpoint(extended)).toBe(`${ORIGIN}\n12\n${base64}\none\ntwo 2\n`);
    expect(parseCheckpoint(formatCheckpoint(extended))).toEqual(extended);
  });

  test.each([
    `${ORIGIN}\n12\n${base64}`,
    `${ORIGIN}\n12\n`,
    `\n12\n${base64}\n`,
    `${ORIGIN}\n012\n${base64}\n`,
    `${ORIGIN}\n-1\n${base64}\n`,
    `${ORIGIN}\n+1\n${base64}\n`,
    `${ORIGIN}\n1.0\n${base64}\n`,
    `${ORIGIN}\n1e3\n${base64}\n`,
    `${ORIGIN}\n0x1\n${base64}\n`,
    `${ORIGIN}\n\n${base64}\n`,
    `${ORIGIN}\n 12\n${base64}\n`,
    `${ORIGIN}\n9007199254740992\n${base64}\n`,
    `${ORIGIN}\n12\n${base64.slice(1)}\n`,
    `${ORIGIN}\n12\n${base64.replace('=', '')}\n`,
    `${ORIGIN}\n12\n${base64} \n`,
    `${ORIGIN}\n12\nAAAA\n`,
    `${ORIGIN}\n12\n${base64}\n\n`,
    `${ORIGIN}\n12\n${base64}\none\n\ntwo\n`,
    '',
  ])('%j is no checkpoint', (text) => {
    expect(parseCheckpoint(text)).toBeUndefined();
  });

  test('what is written is read', () => {
    const lines = fc.string({ minLength: 1 }).filter((line) => !line.includes('\n'));
    const any = fc.record({
      origin: lines,
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
      extensions: fc.array(lines),
    });
    fc.assert(fc.property(any, (made) => expect(parseCheckpoint(formatCheckpoint(made))).toEqual(made)));
  });

  test.each<Partial<Checkpoint>>([
    { origin: '' },
    { origin: 'a\nb' },
    { size: -1 },
    { size: 0.5 },
    { root: Buffer.alloc(31) },
    { extensions: [''] },
    { extensions: ['a\nb'] },
  ])('%j cannot be written', (change) => {
    expect(() => formatCheckpoint({ ...checkpoint, ...change })).toThrow(TypeError);
  });
});
