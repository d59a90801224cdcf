import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { formatToken, parseToken } from '../src/index.ts';
import { alter } from './support/request.ts';

const seed = new Uint8Array(32).map((_, index) => index);
const SEED_HEX = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const token = { environment: 'development', clientId: 'ticket-handler-eu1', seed };
const text = formatToken(token);
const checked = (body: string): string => body + crc32(body).toString(16).padStart(8, '0');

const part = (characters: string) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength: 1, maxLength: 20 });

describe('API token [token.offline]', () => {
  test('the check is CRC-32 as in zlib: "123456789" gives cbf43926', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
    expect(text).toBe(checked(`deputy_development_ticket-handler-eu1_${SEED_HEX}`));
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(
        part('abcxyz'),
        part('abcxyz019-'),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (environment, clientId, bytes) => {
          const any = { environment, clientId, seed: bytes };
          expect(formatToken(any)).toMatch(/^deputy_[a-z]+_[a-z0-9-]+_[0-9a-f]{72}$/);
          expect(parseToken(formatToken(any))).toStrictEqual({ ok: true, token: any });
        },
      ),
    );
  });

  test('a check that starts with zeros keeps its 8 digits', () => {
    const padded = Array.from({ length: 2000 }, (_, index) =>
      formatToken({ ...token, clientId: `crm-reader-${index}` }),
    ).filter((value) => value.at(-8) === '0');
    expect(padded.length).toBeGreaterThan(0);
    expect(padded.every((value) => parseToken(value).ok)).toBe(true);
  });

  test('a value that its host has not decrypted is named as such', () => {
    expect(parseToken(`__encrypted__:${text}`)).toStrictEqual({ ok: false, fault: 'encrypted' });
  });

  test.each([
    ['empty', ''],
    ['white space before', ` ${text}`],
    ['a newline after', `${text}\n`],
    ['upper-case seed', checked(`deputy_development_crm-reader_${SEED_HEX.toUpperCase()}`)],
    ['another prefix', checked(`Deputy_development_crm-reader_${SEED_HEX}`)],
    ['an environment with a digit', checked(`deputy_prod2_crm-reader_${SEED_HEX}`)],
    ['no client', checked(`deputy_development__${SEED_HEX}`)],
    ['a separator in the client', checked(`deputy_development_crm_reader_${SEED_HEX}`)],
    ['a short seed', checked(`deputy_development_crm-reader_${SEED_HEX.slice(2)}`)],
    ['no check', text.slice(0, -8)],
    ['upper-case check', text.slice(0, -8) + text.slice(-8).toUpperCase().replace(/\d/g, 'A')],
  ])('refused for its shape: %s', (_, value) => {
    expect(parseToken(value)).toStrictEqual({ ok: false, fault: 'shape' });
  });

  test('a digit of the seed exchanged for another is found by the check', () => {
    const wrong = text.replace('0001', '0002');
    expect(parseToken(wrong)).toStrictEqual({ ok: false, fault: 'crc' });
  });

  test('any single altered character makes a token unreadable', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (at, by) => {
        expect(parseToken(alter(text, at, by)).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('a token out of grammar is not written', () => {
    expect(() => formatToken({ ...token, environment: 'Dev' })).toThrow(TypeError);
    expect(() => formatToken({ ...token, clientId: 'crm_reader' })).toThrow(TypeError);
    expect(() => formatToken({ ...token, seed: new Uint8Array(31) })).toThrow(TypeError);
  });
});
