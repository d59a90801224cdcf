import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  formatTlogProof,
  inclusionProof,
  leafHash,
  parseTlogProof,
  signCheckpoint,
  verifyTlogProof,
  type TlogProof,
} from '../src/index.ts';
import { ORIGIN, otherVerifier, signer, trust } from './support/keys.ts';
import { TileStore } from './support/tile-store.ts';

const SIZE = 300;
const entryAt = (index: number): Buffer => Buffer.from(`entry ${index}`);

/** The example of C2SP tlog-proof as far as it is printed there: signatures are cut short in it. */
const EXAMPLE = `c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
`;

describe('proofs as text', () => {
  const store = new TileStore();
  let proof: TlogProof;
  let text = '';

  beforeAll(async () => {
    await store.append(Array.from({ length: SIZE }, (_, index) => leafHash(entryAt(index))));
    const checkpoint = signCheckpoint({ origin: ORIGIN, ...store.head, extensions: [] }, [signer]);
    proof = { index: 260, inclusion: await inclusionProof(260, SIZE, store.read), checkpoint };
    text = formatTlogProof(proof);
  });

  test('the example of tlog-proof is read [log.vectors]', () => {
    const parsed = parseTlogProof(EXAMPLE);
    expect(parsed).toMatchObject({ index: 73_894, checkpoint: EXAMPLE.slice(EXAMPLE.indexOf('\n\n') + 2) });
    expect(parsed?.inclusion).toHaveLength(5);
    expect(parsed === undefined ? '' : formatTlogProof(parsed)).toBe(EXAMPLE);
  });

  test('a proof proves its entry with the keys of the log alone [log.proofs]', () => {
    const verified = verifyTlogProof(text, entryAt(260), trust);
    expect(verified).toMatchObject({ ok: true, index: 260, checkpoint: { size: SIZE } });
    expect(parseTlogProof(text)).toEqual(proof);
  });

  test('it proves no other entry, index, log or key [log.proofs]', () => {
    const faultOf = (...input: Parameters<typeof verifyTlogProof>): string => {
      const verified = verifyTlogProof(...input);
      return verified.ok ? 'ok' : verified.fault;
    };
    const entry = entryAt(260);
    expect(faultOf(text, entryAt(261), trust)).toBe('not_included');
    expect(faultOf(text.replace('index 260', 'index 261'), entry, trust)).toBe('not_included');
    expect(faultOf(text.replace('index 260', 'index 300'), entry, trust)).toBe('not_included');
    expect(faultOf(text, entry, { ...trust, origin: 'other.example' })).toBe('origin');
    expect(faultOf(text, entry, { ...trust, verifiers: [otherVerifier] })).toBe('unsigned');
    expect(faultOf(text.replace('\n300\n', '\n301\n'), entry, trust)).toBe('signature_invalid');
    expect(faultOf(formatTlogProof({ ...proof, inclusion: proof.inclusion.slice(1) }), entry, trust)).toBe(
      'not_included',
    );
    expect(faultOf(formatTlogProof({ ...proof, checkpoint: 'nothing' }), entry, trust)).toBe('malformed');
  });

  test('any single altered byte of a proof is found [log.flip]', () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      expect(verifyTlogProof(altered.toString('utf8'), entryAt(260), trust).ok).toBe(false);
    }
  });

  test('extra data comes and goes, and proves nothing', () => {
    for (const extra of [Buffer.of(), Buffer.from('about this entry')]) {
      const extended = formatTlogProof({ ...proof, extra });
      expect(parseTlogProof(extended)).toEqual({ ...proof, extra });
      expect(verifyTlogProof(extended, entryAt(260), trust).ok).toBe(true);
    }
  });

  test.each([
    ['is empty', () => ''],
    ['has another header', () => text.replace('@v1', '@v2')],
    ['lacks the header', () => text.slice(text.indexOf('\n') + 1)],
    ['lacks the index', () => text.replace('index 260\n', '')],
    ['has an index with a zero in front', () => text.replace('index 260', 'index 0260')],
    ['has two indexes', () => text.replace('index 260', 'index 260\nindex 260')],
    ['has extra data twice', () => text.replace('index', 'extra AAAA\nextra AAAA\nindex')],
    ['has extra data after the index', () => text.replace('index 260', 'index 260\nextra AAAA')],
    ['has extra data that is not base64', () => text.replace('index', 'extra A\nindex')],
    [
      'has a hash of 31 bytes',
      () => text.replace('index 260\n', `index 260\n${Buffer.alloc(31).toString('base64')}\n`),
    ],
    [
      'has 54 hashes',
      () => text.replace('index 260\n', `index 260\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(54)}`),
    ],
    ['ends before the checkpoint', () => text.slice(0, text.indexOf('\n\n'))],
    ['has carriage returns', () => text.replaceAll('\n', '\r\n')],
  ])('a proof that %s is none', (_, make) => {
    expect(parseTlogProof(make())).toBeUndefined();
    expect(verifyTlogProof(make(), entryAt(260), trust)).toEqual({ ok: false, fault: 'proof_malformed' });
  });

  test('what cannot be read is not written', () => {
    expect(() => formatTlogProof({ ...proof, index: -1 })).toThrow(TypeError);
    expect(() => formatTlogProof({ ...proof, inclusion: [Buffer.alloc(31)] })).toThrow(TypeError);
  });
});
