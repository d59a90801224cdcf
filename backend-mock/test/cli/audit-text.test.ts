import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { csvHeading, csvLines } from '../../src/cli/commands/audit/as-text.ts';
import { jsonDocument, jsonLine } from '../../src/cli/visible-json.ts';
import { ago, collect, moment, wholeNumber } from '../../src/cli/commands/audit/options.ts';

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/u;
const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

describe('entries as text [audit.questions]', () => {
  test('JSON says the same, and shows every character that hides', () => {
    const hostile = { host: { user: 'a\u202Eb\u001B[2J\u2028\u200B\u{E0041}' } };
    expect(jsonLine(hostile)).toBe(String.raw`{"host":{"user":"a\u202eb\u001b[2J\u2028\u200b\udb40\udc41"}}`);
    fc.assert(
      fc.property(anything, fc.string({ unit: 'binary' }), (value, text) => {
        const both = { value, text: text.toWellFormed() };
        expect(JSON.parse(jsonLine(both))).toEqual(JSON.parse(JSON.stringify(both)));
        expect(jsonLine(both)).not.toMatch(HIDDEN);
        expect(JSON.parse(jsonDocument(both))).toEqual(JSON.parse(JSON.stringify(both)));
        expect(jsonDocument(both).replaceAll('\n', '')).not.toMatch(HIDDEN);
      }),
    );
  });

  test('CSV has a cell for each field, and none of them is a formula or hides anything', () => {
    const cells = (entry: JsonObject): Record<string, string> =>
      parse<Record<string, string>>(csvHeading() + csvLines([entry]), { columns: true })[0] ?? {};
    expect(csvHeading()).toMatch(/^"auditId","time",.*"source",.*"details"\r\n$/);
    const shown = cells({
      auditId: 'a',
      tool: '=1+1',
      host: { user: '\u202Ex' },
      rules: ['@sum'],
      latencyMs: 1.5,
      code: null,
    });
    expect(shown).toMatchObject({ auditId: 'a', tool: "'=1+1", rules: '["@sum"]', latencyMs: '1.5', code: '' });
    expect(shown['host']).toBe('{"user":"⟦U+202E⟧x"}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (said) => {
        const { tool = '' } = cells({ tool: said.toWellFormed() });
        expect(tool).not.toMatch(/^[\s\p{C}"']*(?<!')[=+\-@]/u);
      }),
    );
  });
});

describe('options of a question [audit.questions]', () => {
  test.each([
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00.5+01:00', '2026-11-20T11:00:00.500Z'],
    ['2026-11-20T12:00+01:00', '2026-11-20T11:00:00.000Z'],
  ])('%s is %s', (text, time) => expect(moment(text)).toBe(time));

  test.each(['yesterday', '2026-13-01', '2026-11-20T12:00:00', '20261120', '', '2026'])('%j is no time', (text) => {
    expect(() => moment(text)).toThrow('RFC 3339');
  });

  test('a while ago is counted from now', () => {
    const day = Date.now() - Date.parse(ago('1d'));
    expect(Math.abs(day - 86_400_000)).toBeLessThan(5_000);
    for (const text of ['0h', '1w', '24', '-1h', '99999h']) expect(() => ago(text)).toThrow('30m');
  });

  test('numbers are whole and bounded, lists are collected', () => {
    expect(wholeNumber(10)('10')).toBe(10);
    for (const text of ['0', '11', '1.5', '1e1', 'x', '']) expect(() => wholeNumber(10)(text)).toThrow('from 1 to 10');
    expect(collect('c', collect('a,b'))).toEqual(['a', 'b', 'c']);
  });
});
