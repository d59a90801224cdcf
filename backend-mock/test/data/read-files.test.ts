import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { requireNone } from '../../src/data/faults.ts';
import { CUSTOMER_HEADER, customersFile, faultsOf, fileOf, ORDER_HEADER, ordersFile, readAll } from './files.ts';

const orders = (...rows: readonly string[]): string => fileOf([ORDER_HEADER, ...rows].join('\n'), 'orders.csv');

/** In the order of the file, behind the id. */
const COLUMNS = [
  'company_name',
  'contact_name',
  'contact_title',
  'address',
  'city',
  'region',
  'postal_code',
  'country',
  'phone',
  'fax',
  'email',
] as const;

describe('customers', () => {
  test('a row becomes a record: empty cells are null, and what is in a text is data [data.import]', async () => {
    const row = 'C1,"A ""quoted"", name",,\u202Eretsam\u202C,"Two\nlines",Örebro,,0123,Sweden,+46 1,';
    const { customers, faults } = await readAll({
      customers: fileOf(`${CUSTOMER_HEADER},Email\n${row},a@b.example\n`),
    });
    expect(faults.total).toBe(0);
    expect(customers?.rows).toEqual([
      {
        id: 'C1',
        version: 1,
        company_name: 'A "quoted", name',
        contact_name: null,
        contact_title: '\u202Eretsam\u202C',
        address: 'Two\nlines',
        city: 'Örebro',
        region: null,
        postal_code: '0123',
        country: 'Sweden',
        phone: '+46 1',
        fax: null,
        email: 'a@b.example',
        search_text: 'c1\na "quoted", name\n\norebro\nsweden',
        created_at: 0,
        updated_at: 0,
      },
    ]);
  });

  test('any texts come back as they were, and empty ones as null', async () => {
    const text = fc
      .oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
      .filter((each) => !each.includes('\0') && each.isWellFormed());
    const name = text.filter((each) => each.trim() !== '');
    const row = fc.tuple(name, fc.array(text, { minLength: 10, maxLength: 10 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 10 }), async (rows) => {
        const lines = rows.map(([company, texts], index) => [`C${index}`, company, ...texts]);
        const content = stringify([[...CUSTOMER_HEADER.split(','), 'Email'], ...lines], { quoted_match: /[\r\n]/ });
        const { customers, faults } = await readAll({ customers: fileOf(content) });
        expect(faults.listed).toEqual([]);
        const found = (customers?.rows ?? []).map((each) => COLUMNS.map((column) => each[column]));
        expect(found).toEqual(lines.map(([, ...texts]) => texts.map((each) => (each === '' ? null : each))));
      }),
    );
  });

  test('an id with blanks around it is trimmed, and that is said by its line [data.import]', async () => {
    const file = customersFile([' VAL2 ', 'One'], ['VAL3', 'Two'], ['\u00A0VAL4', 'Three']);
    const { customers, notes, faults } = await readAll({ customers: file });
    expect(faults.total).toBe(0);
    expect(customers?.rows.map(({ id }) => id)).toEqual(['VAL2', 'VAL3', 'VAL4']);
    expect(notes.listed).toEqual([
      { file, line: 2, column: 'CustomerID', message: 'The blanks around the id "VAL2" were dropped.' },
      { file, line: 4, column: 'CustomerID', message: 'The blanks around the id "VAL4" were dropped.' },
    ]);
  });

  test('wrong rows are faults by line and column, all of them at once [data.import]', async () => {
    const customers = customersFile(
      ['C1', 'One'],
      ['C1 ', 'Once more'],
      ['', 'No id'],
      ['   ', 'Blank id'],
      ['a b', 'Blank inside'],
      ['C\u200B2', 'Hidden'],
      ['x'.repeat(41), 'Long'],
      ['C3', ''],
      ['C4', '  '],
    );
    const shown = 'An id is 1 to 40 letters, digits, "-" and "_".';
    expect(await faultsOf({ customers })).toEqual([
      '3 CustomerID The id "C1" stands on line 2 already.',
      '4 CustomerID Is empty.',
      '5 CustomerID Is empty.',
      `6 CustomerID "a b" is no id. ${shown}`,
      `7 CustomerID "C⟦U+200B⟧2" is no id. ${shown}`,
      `8 CustomerID "${'x'.repeat(40)}…" is no id. ${shown}`,
      '9 CompanyName Is empty.',
      '10 CompanyName Is empty.',
    ]);
  });
});

describe('orders', () => {
  test('a row becomes a record, amounts in minor units [data.import]', async () => {
    const files = {
      customers: customersFile(['C1', 'One']),
      orders: orders('10248, C1,1996-07-04,1996-08-01,,32.38,Reims,France,440.0'),
    };
    const { orders: read, faults, notes } = await readAll(files);
    expect({ faults: faults.total, notes: notes.total }).toEqual({ faults: 0, notes: 1 });
    expect(read?.rows).toEqual([
      {
        id: '10248',
        version: 1,
        customer_id: 'C1',
        ordered_on: '1996-07-04',
        required_on: '1996-08-01',
        shipped_on: null,
        ship_city: 'Reims',
        ship_country: 'France',
        freight: 3238,
        total: 44_000,
        currency: 'EUR',
        created_at: 0,
        updated_at: 0,
      },
    ]);
  });

  test.each([
    ['1,C1,,,,0,,,1', '2 OrderDate Is empty.'],
    ['1,C1,2026-02-29,,,0,,,1', '2 OrderDate "2026-02-29" is no day of the calendar, written YYYY-MM-DD.'],
    ['1,C1,2026-01-01,2026-13-01,,0,,,1', '2 RequiredDate "2026-13-01" is no day of the calendar, written YYYY-MM-DD.'],
    ['1,C1,2026-01-01,,01.02.2026,0,,,1', '2 ShippedDate "01.02.2026" is no day of the calendar, written YYYY-MM-DD.'],
    ['1,C1,2026-01-01,,,,,,1', '2 Freight Is empty.'],
    ['1,C1,2026-01-01,,,0,,,', '2 Total Is empty.'],
    ['1,C1,2026-01-01,,,0,,,-1', '2 Total "-1" is negative.'],
    ['1,C1,2026-01-01,,,0,,,1.001', '2 Total "1.001" has more decimal places than the 2 of EUR.'],
    ['1,,2026-01-01,,,0,,,1', '2 CustomerID Is empty.'],
  ])('%s is a fault', async (row, expected) => {
    expect(await faultsOf({ customers: customersFile(['C1', 'One']), orders: orders(row) })).toEqual([expected]);
  });

  test('with another currency the same amounts are judged by its digits', async () => {
    const file = ordersFile(['1', 'C1', '12.5']);
    expect(await faultsOf({ orders: file }, 'JPY')).toEqual([
      '2 Total "12.5" has more decimal places than the 0 of JPY.',
    ]);
    expect((await readAll({ orders: file }, 'KWD')).orders?.rows[0]).toMatchObject({ total: 12_500, currency: 'KWD' });
  });

  test('customers that no file holds are left for the store to know', async () => {
    const files = { customers: customersFile(['C1', '']), orders: ordersFile(['1', 'C1', '1'], ['2', 'C2', '1']) };
    const { strangers } = await readAll(files);
    // The customer with a fault of its own is no stranger.
    expect(strangers).toEqual([{ customerId: 'C2', file: files.orders, line: 3 }]);
    const broken = { ...files, customers: fileOf('CustomerID\n') };
    expect((await readAll(broken)).strangers).toEqual([]);
  });
});

test('a hundred thousand rows are read, and each of a hundred thousand faults is counted [data.import]', async () => {
  const many = Array.from({ length: 100_000 }, (_, index) => index);
  const good = await readAll({
    customers: customersFile(['C1', 'One']),
    orders: ordersFile(...many.map((index) => [String(index), 'C1', `${index}.10`] as const)),
  });
  expect({ faults: good.faults.total, rows: good.orders?.rows.length }).toEqual({ faults: 0, rows: 100_000 });
  expect(good.orders?.rows.reduce((sum, { total }) => sum + total, 0)).toBe(((99_999 * 100_000) / 2) * 100 + 1_000_000);
  const bad = await readAll({ orders: ordersFile(...many.map((index) => [String(index), 'C1', '1.1.1'] as const)) });
  expect({ total: bad.faults.total, listed: bad.faults.listed.length }).toEqual({ total: 100_000, listed: 50 });
  expect(() => requireNone(bad.faults)).toThrow(
    /There are 100000 faults:\n(.*, line \d+, Total: .*\n){50}… and 99950 more\.$/,
  );
});
