import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  formatVerifierKey,
  noteVerifier,
  openNote,
  parseVerifierKey,
  signNote,
  verifierOf,
  type NoteVerifier,
} from '../src/index.ts';
import { otherSigner, otherVerifier, signer, signerOf, verifier } from './support/keys.ts';
import { present } from './support/present.ts';
import { GO_NOTE, SPEC_NOTE } from './support/vectors.ts';

const peter = present(parseVerifierKey(GO_NOTE.key));
const enoch = present(parseVerifierKey(GO_NOTE.enochKey));
const goNote = `${GO_NOTE.text}\n${GO_NOTE.peter}`;
const text = 'A note.\n\nWith a blank line.\n';
const note = signNote(text, [signer]);
const line = (of: string): string => of.slice(of.lastIndexOf('\n\n') + 2);

describe('published notes', () => {
  test('the example of signed-note verifies under its key [log.vectors]', () => {
    const key = present(parseVerifierKey(SPEC_NOTE.key));
    expect([key.name, key.keyId]).toEqual(['example.com/foo', '530d903a']);
    expect(formatVerifierKey(key)).toBe(SPEC_NOTE.key);
    const expected = { ok: true, text: SPEC_NOTE.text, signers: ['example.com/foo'] };
    expect(openNote(SPEC_NOTE.note, [key])).toEqual(expected);
    expect(openNote(Buffer.from(SPEC_NOTE.note), [key])).toEqual(expected);
  });

  test('the example of the Go implementation is signed and verified, byte for byte [log.vectors]', () => {
    const published = signerOf(GO_NOTE.name, Buffer.from(GO_NOTE.signingKey, 'base64').subarray(1));
    expect(formatVerifierKey(verifierOf(published))).toBe(GO_NOTE.key);
    expect(signNote(GO_NOTE.text, [published])).toBe(goNote);
    expect(openNote(goNote, [peter])).toEqual({ ok: true, text: GO_NOTE.text, signers: ['PeterNeumann'] });
  });

  test('a note with two signatures verifies under either key and under both [log.vectors]', () => {
    const both = goNote + GO_NOTE.enoch;
    expect(openNote(both, [peter])).toMatchObject({ ok: true, signers: ['PeterNeumann'] });
    expect(openNote(both, [enoch])).toMatchObject({ ok: true, signers: ['EnochRoot'] });
    expect(openNote(both, [enoch, peter])).toMatchObject({ ok: true, signers: ['PeterNeumann', 'EnochRoot'] });
    expect(openNote(both, [verifier])).toEqual({ ok: false, fault: 'unsigned' });
  });

  test.each([
    ['has no signatures', GO_NOTE.text],
    ['ends after the blank line', `${GO_NOTE.text}\n`],
    ['lacks its last newline', goNote.slice(0, -1)],
    ['has a control character', `\u0001${goNote}`],
    ['has a name with a space', goNote.replace('— PeterNeumann', '— Bad Name')],
    ['goes on with another line', `${goNote}Unexpected line.\n`],
  ])('a note that %s is malformed, as there [log.vectors]', (_, malformed) => {
    expect(openNote(malformed, [peter])).toEqual({ ok: false, fault: 'malformed' });
  });

  test('bytes that are not UTF-8 are malformed, as there [log.vectors]', () => {
    const bytes = Buffer.concat([Buffer.of(0xff), Buffer.from(goNote)]);
    expect(openNote(bytes, [peter])).toEqual({ ok: false, fault: 'malformed' });
  });

  test.each([
    ['of the wrong length', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['of an unknown type', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ])('a key %s is none, as there [log.vectors]', (_, key) => {
    expect(parseVerifierKey(key)).toBeUndefined();
  });
});

describe('verifier keys', () => {
  test('no part of a key and no key with another character is one', () => {
    for (let start = 0; start < GO_NOTE.key.length; start += 1) {
      for (let end = start + 1; end <= GO_NOTE.key.length; end += 1) {
        if (start === 0 && end === GO_NOTE.key.length) continue;
        expect(parseVerifierKey(GO_NOTE.key.slice(start, end))).toBeUndefined();
      }
      const code = GO_NOTE.key.charCodeAt(start) + 1;
      const other = GO_NOTE.key.slice(0, start) + String.fromCharCode(code) + GO_NOTE.key.slice(start + 1);
      expect(parseVerifierKey(other)).toBeUndefined();
    }
  });

  test('a key is written and read again under any proper name', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((made) => /^[^\p{White_Space}\p{Cc}+]+$/u.test(made));
    fc.assert(
      fc.property(name, (made) => {
        fc.pre(made.isWellFormed());
        const key = verifierOf({ ...signer, name: made });
        const read = present(parseVerifierKey(formatVerifierKey(key)));
        expect([read.name, read.keyId, read.publicKey.equals(key.publicKey)]).toEqual([made, key.keyId, true]);
      }),
    );
  });

  test.each(['', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u2003', '\ud800', 'a\u007f'])('%j is no name', (name) => {
    expect(() => signNote(text, [{ ...signer, name }])).toThrow(TypeError);
    expect(() => noteVerifier(name, verifier.publicKey)).toThrow(TypeError);
  });

  test('only an Ed25519 key signs or verifies', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => signNote(text, [{ name: 'a', privateKey }])).toThrow(TypeError);
    expect(() => noteVerifier('a', publicKey)).toThrow(TypeError);
    expect(() => noteVerifier('a', signer.privateKey)).toThrow(TypeError);
    const forged: NoteVerifier = { ...verifier, publicKey };
    expect(openNote(note, [forged])).toEqual({ ok: false, fault: 'signature_invalid' });
  });
});

describe('notes', () => {
  test('the text may have blank lines; the last one comes before the signatures', () => {
    expect(openNote(note, [verifier])).toEqual({ ok: true, text, signers: [signer.name] });
  });

  test('signatures of unknown keys are ignored, one of a known key must verify [log.notes]', () => {
    const foreign = line(signNote('Other text.\n', [{ ...signer, name: 'someone.example' }]));
    const bad = line(signNote('Other text.\n', [signer]));
    const outcome = (lines: string, keys: readonly NoteVerifier[]): string => {
      const opened = openNote(`${text}\n${lines}`, keys);
      return opened.ok ? 'ok' : opened.fault;
    };
    expect(outcome(foreign + line(note) + foreign, [verifier])).toBe('ok');
    expect(outcome(foreign, [verifier])).toBe('unsigned');
    expect(outcome(bad, [verifier])).toBe('signature_invalid');
    expect(outcome(bad + line(note), [verifier])).toBe('signature_invalid');
    expect(outcome(line(note) + bad, [verifier])).toBe('signature_invalid');
    // The same name with another key id is another key; so is the same key under another name.
    expect(outcome(line(signNote(text, [otherSigner])), [verifier])).toBe('unsigned');
    expect(outcome(line(note), [{ ...verifier, name: 'someone.example' }])).toBe('unsigned');
    expect(outcome(line(note), [])).toBe('unsigned');
    expect(outcome(line(note), [otherVerifier, verifier])).toBe('ok');
  });

  test('a reader that takes any good signature and overlooks bad ones is caught [log.notes]', () => {
    const bad = line(signNote('Other text.\n', [otherSigner]));
    const mixed = `${text}\n${line(note)}${bad}`;
    const overlooks = (of: string, keys: readonly NoteVerifier[]): boolean =>
      keys.some((key) => openNote(of, [key]).ok);
    expect(overlooks(mixed, [verifier, otherVerifier])).toBe(true);
    expect(openNote(mixed, [verifier, otherVerifier])).toEqual({ ok: false, fault: 'signature_invalid' });
  });

  test('any single altered byte makes a note unreadable [log.notes]', () => {
    const bytes = Buffer.from(note);
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ (1 << bit);
        expect(openNote(altered, [verifier]).ok).toBe(false);
      }
    }
  });

  test.each([
    ['has no signature line', `${text}\n`],
    ['has a carriage return', note.replace('A note.', 'A note.\r')],
    ['has a tab', note.replace('A note.', 'A\tnote.')],
    ['has a hyphen for a dash', note.replace('—', '-')],
    ['has two spaces', note.replace('— ', '—  ')],
    ['has trailing white space', note.replace(/\n$/, ' \n')],
    ['has a short signature', `${text}\n— a AAAA\n`],
    ['has a signature of a key id alone', `${text}\n— a AAAAAA==\n`],
    ['has base64 without padding', `${text}\n— a AAAAAAA\n`],
    ['has base64 with bits left over', `${text}\n— a AAAAAAB=\n`],
    ['has base64 of URLs', `${text}\n— a AAAAAA_-\n`],
    ['has a lone surrogate', `\ud800${note}`],
    ['has 101 signatures', `${text}\n${line(note).repeat(101)}`],
    ['has a million characters', `${'a'.repeat(1_000_000)}${note}`],
    ['is empty', ''],
  ])('a note that %s is malformed', (_, malformed) => {
    expect(openNote(malformed, [verifier])).toEqual({ ok: false, fault: 'malformed' });
  });

  test('a byte-order mark is part of the text', () => {
    expect(openNote(Buffer.from(`\ufeff${note}`), [verifier])).toEqual({ ok: false, fault: 'signature_invalid' });
  });

  test('100 signatures are read', () => {
    expect(openNote(`${text}\n${line(note).repeat(100)}`, [verifier])).toMatchObject({ ok: true });
  });

  test.each(['', 'no newline', 'a\rb\n', 'a\u0000\n', '\ud800\n'])('%j is no text for a note', (refused) => {
    expect(() => signNote(refused, [signer])).toThrow(TypeError);
  });

  test('a note needs a signer', () => {
    expect(() => signNote(text, [])).toThrow(TypeError);
  });

  test('reading never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (anything) => {
        expect(openNote(anything, [verifier]).ok).toBe(false);
      }),
    );
  });
});
