import { describe, expect, test } from '@jest/globals';
import { EXPORT_FIELDS, type ExportField } from '@narrow-deputies/contracts/crm';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import type { Customer } from '../../src/customers/customers-repository.ts';
import { exportCsv, type ExportedCustomer } from '../../src/customers/export-csv.ts';
import { makeCustomer } from '../support/ticket-rows.ts';

const row = (fields: Partial<Customer>, orderCount = 0, lastOrderedOn: string | null = null): ExportedCustomer => ({
  customer: makeCustomer('ANNA', fields),
  orderCount,
  lastOrderedOn,
});
const csvOf = (companyName: string): string =>
  exportCsv([row({ companyName })], ['customerId', 'companyName']).toString();

/** What a program that reads CSV sees, header first. */
const cellsOf = (csv: string | Buffer): string[][] =>
  parse(csv, { bom: true, record_delimiter: '\r\n', relax_column_count: false });
/** What a customer's company is called in the file. */
const nameIn = (csv: string): string => cellsOf(csv)[1]?.[1] ?? '';

/** Signs that begin a formula in some spreadsheet. */
const SIGNS = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];
/** What spreadsheets leave away before they look. */
const AHEAD = [
  '',
  ' ',
  '   ',
  '\u00A0',
  '\u3000',
  '\u200B',
  '\uFEFF',
  '\u034F',
  '\0',
  '\u001B',
  '"',
  '""',
  '" ',
  "'",
  '＂',
];
/** Where somebody else than RFC 4180 begins a cell or a line. */
const DIVIDERS = [';', '\t', '\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'];

/** Whether a cell is a formula to a spreadsheet that is as forgiving as can be, but for the apostrophe, which means text. */
const isFormula = (cell: string): boolean => {
  const seen = cell.replace(/^(?:[\s\p{Z}\p{C}\p{DI}"＂])+/u, '');
  return SIGNS.includes(seen.charAt(0));
};

/** The cells of a file to a reader that divides at commas by the book, and to one that divides elsewhere without any book. */
function* everyCell(csv: string): Generator<string> {
  yield* cellsOf(csv).flat();
  yield* csv.split(/[;\t\n\v\f\r\u0085\u2028\u2029]/u);
}
const formulasIn = (csv: string): string[] => [...everyCell(csv)].filter(isFormula);

const someText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(fc.constantFrom(...SIGNS, ...AHEAD, ...DIVIDERS, ',', 'a', 'cmd|', '1', '()'), { maxLength: 12 })
    .map((parts) => parts.join('')),
);
const nullable = fc.option(someText);
const someRow = fc
  .record({
    companyName: someText,
    contactName: nullable,
    contactTitle: nullable,
    city: nullable,
    region: nullable,
    country: nullable,
    email: nullable,
    phone: nullable,
  })
  .chain((fields) =>
    fc.tuple(fc.nat({ max: 5000 }), fc.option(fc.constant('2026-02-11'))).map((of) => row(fields, ...of)),
  );
const someFields = fc.shuffledSubarray([...EXPORT_FIELDS], { minLength: 1 });

describe('the file', () => {
  test('is a header and a line for each customer, by the book, and Excel knows its encoding [crm.export]', () => {
    const rows = [
      row({ id: 'ANNA', companyName: 'Café "Anna", Köln', city: 'Köln', phone: '0221-555' }, 3, '2026-02-11'),
      row({ id: 'BERT', companyName: 'Bert\nund Söhne', city: '', phone: null }),
    ];
    const fields: ExportField[] = ['customerId', 'companyName', 'city', 'phone', 'orderCount', 'lastOrderedOn'];
    expect(exportCsv(rows, fields).toString()).toBe(
      '\uFEFF"customerId","companyName","city","phone","orderCount","lastOrderedOn"\r\n' +
        '"ANNA","Café ""Anna"", Köln","Köln","0221-555",3,"2026-02-11"\r\n' +
        '"BERT","Bert\nund Söhne","",,0,\r\n',
    );
  });

  test('holds the fields that were asked for, in that order, and no other [crm.export, crm.masked]', () => {
    const customer = row({ address: 'Hafenweg 3', postalCode: '24103', fax: '0431-999', email: 'a@b.example' });
    fc.assert(
      fc.property(someFields, (fields) => {
        const csv = exportCsv([customer], fields).toString();
        expect(cellsOf(csv)[0]).toEqual(fields);
        for (const hidden of ['Hafenweg', '24103', '999']) expect(csv).not.toContain(hidden);
        expect(csv.includes('a@b.example')).toBe(fields.includes('email'));
      }),
    );
  });

  test('says every other text back as it was [crm.export]', () => {
    // An apostrophe is all that is ever added.
    const plain = (text: string): string => text.replaceAll("'", '');
    fc.assert(
      fc.property(fc.array(someRow, { maxLength: 4 }), someFields, (rows, fields) => {
        const read = cellsOf(exportCsv(rows, fields));
        expect(read).toHaveLength(rows.length + 1);
        for (const [at, { customer, orderCount, lastOrderedOn }] of rows.entries()) {
          const { id: customerId, ...rest } = customer;
          const values: Record<string, unknown> = { customerId, ...rest, orderCount, lastOrderedOn };
          const expected = fields.map((field) => plain(String(values[field] ?? '')));
          expect(read[at + 1]?.map(plain)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('no cell is a formula', () => {
  const beginnings = AHEAD.flatMap((ahead) => SIGNS.map((sign) => `${ahead}${sign}1+1`));

  test('that begins one, in whatever width, behind whatever is not seen [crm.csv-safe]', () => {
    for (const text of beginnings) expect([text, nameIn(csvOf(text))]).toEqual([text, `'${text}`]);
  });

  test('that begins one where a reader without the book divides [crm.csv-safe]', () => {
    for (const divider of DIVIDERS) {
      for (const text of beginnings) {
        const name = `Anna${divider}${text}`;
        expect([name, nameIn(csvOf(name))]).toEqual([name, `Anna${divider}'${text}`]);
        expect([name, formulasIn(csvOf(name))]).toEqual([name, []]);
      }
    }
  });

  test.each(['\t', '\r', '\n', '\tAnna', '\r\nAnna'])('%j begins another cell, and is text [crm.csv-safe]', (text) => {
    expect(nameIn(csvOf(text))).toBe(`'${text}`);
  });

  test.each([
    'Anna - Tea',
    'a=b',
    '7-Eleven',
    'Anna+Bert',
    'a@b.example',
    'Anna, -10 %',
    "L'Oréal",
    '',
    "'t Hoekje",
    'A; B',
  ])('%j is left as it is [crm.csv-safe]', (text) => {
    expect(nameIn(csvOf(text))).toBe(text);
  });

  test('whatever customers are called, in whatever field [crm.csv-safe]', () => {
    fc.assert(
      fc.property(fc.array(someRow, { maxLength: 4 }), someFields, (rows, fields) => {
        expect(formulasIn(exportCsv(rows, fields).toString())).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('is told from one that is, or nothing here proves anything [crm.csv-safe, check.twins]', () => {
    for (const text of beginnings.filter((each) => !each.startsWith("'"))) {
      expect(formulasIn(`"customerId","companyName"\r\n"ANNA","${text.replaceAll('"', '""')}"\r\n`)).not.toEqual([]);
    }
  });

  test('a telephone number with a + is text too, and a count stays a number [crm.csv-safe]', () => {
    const csv = exportCsv([row({ phone: '+49 431 555' }, 12)], ['phone', 'orderCount']).toString();
    expect(csv).toContain(`\r\n"'+49 431 555",12\r\n`);
  });

  test('a long name of nothing but what may stand before a sign takes no longer than any other [crm.csv-safe]', () => {
    for (const unit of [' ', '"', ';', '\t', '\u200B', '; ']) {
      const text = unit.repeat(200_000);
      expect(nameIn(csvOf(text)).replace(/^'/, '')).toBe(text);
    }
  });
});
