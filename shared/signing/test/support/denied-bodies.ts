import type { CanonicalFault } from '../../src/index.ts';

/** One body that must be refused, why, and the fault that says so; the bound on depth is 32. */
export type DeniedBody = readonly [why: string, bytes: Uint8Array, fault: CanonicalFault];

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
const hex = (value: string): Uint8Array => Buffer.from(value, 'hex');
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

export const DENIED_BODIES: readonly DeniedBody[] = [
  ['a duplicate key', text('{"a":1,"a":1}'), 'not_canonical'],
  ['a duplicate key by escape', text('{"a":1,"\\u0061":2}'), 'not_canonical'],
  ['keys out of order', text('{"b":1,"a":2}'), 'not_canonical'],
  ['an escape that is not needed', text('{"a":"\\u0061"}'), 'not_canonical'],
  ['an escaped slash', text('"\\/"'), 'not_canonical'],
  ['upper-case hex in an escape', text('"\\u000F"'), 'not_canonical'],
  ['a long escape where a short one exists', text('"\\u000a"'), 'not_canonical'],
  ['a lone surrogate by escape', text('{"a":"\\ud800"}'), 'not_canonical'],
  ['a lone surrogate in a key', text('{"\\udc00":1}'), 'not_canonical'],
  ['an escaped surrogate pair', text('"\\ud83d\\ude00"'), 'not_canonical'],
  ['1.0', text('1.0'), 'not_canonical'],
  ['1e0', text('1e0'), 'not_canonical'],
  ['-0', text('-0'), 'not_canonical'],
  ['an integer beyond 2^53', text('9007199254740993'), 'not_canonical'],
  ['a number beyond all doubles', text('1e400'), 'not_canonical'],
  ['an upper-case exponent', text('1E+21'), 'not_canonical'],
  ['a space inside', text('{"a": 1}'), 'not_canonical'],
  ['trailing white space', text('{"a":1} '), 'not_canonical'],
  ['a trailing newline', text('{"a":1}\n'), 'not_canonical'],
  ['leading white space', text(' {"a":1}'), 'not_canonical'],
  ['a second value', text('{"a":1}{"a":1}'), 'syntax'],
  ['a trailing null byte', text('{"a":1}\0'), 'syntax'],
  ['nothing', text(''), 'syntax'],
  ['a leading zero', text('01'), 'syntax'],
  ['NaN', text('NaN'), 'syntax'],
  ['a trailing comma', text('[1,]'), 'syntax'],
  ['a comment', text('{"a":1}//'), 'syntax'],
  ['an unescaped newline in a string', text('"\n"'), 'syntax'],
  ['an open string', text('"\\'), 'syntax'],
  ['a UTF-8 byte-order mark', hex('efbbbf7b7d'), 'syntax'],
  ['a UTF-16 byte-order mark', hex('fffe7b007d00'), 'utf8'],
  ['an overlong quote', hex('22c0a222'), 'utf8'],
  ['a surrogate in UTF-8', hex('22eda08022'), 'utf8'],
  ['a cut sequence', hex('22e28222'), 'utf8'],
  ['a byte beyond UTF-8', hex('22f590808022'), 'utf8'],
  ['a stray byte', hex('22ff22'), 'utf8'],
  ['a __proto__ key', text('{"__proto__":{"admin":true}}'), 'forbidden_key'],
  ['a __proto__ key far inside', text('{"a":[{"b":{"__proto__":1}}]}'), 'forbidden_key'],
  ['a __proto__ key by escape', text('{"\\u005f_proto__":1}'), 'forbidden_key'],
  ['arrays 33 deep', text(nested(33)), 'depth'],
  ['objects 33 deep', text(`${'{"a":'.repeat(32)}{}${'}'.repeat(32)}`), 'depth'],
  ['a depth that would trouble a parser', text('['.repeat(100_000)), 'depth'],
  ['33 deep behind a string that ends in a backslash', text(`["\\\\",${nested(32)}]`), 'depth'],
];
