import { beforeEach, expect, test } from '@jest/globals';
import { EXPORT_ROWS_MAX, foldForSearch, type ExportFilter } from '@narrow-deputies/contracts/crm';
import * as fc from 'fast-check';
import {
  findCustomer,
  findCustomers,
  searchCustomers,
  type Customer,
} from '../../src/customers/customers-repository.ts';
import { findExportable, readExported } from '../../src/customers/exported-customers.ts';
import type { Database, Tx } from '../../src/database/database.ts';
import type { Stores } from '../support/engines.ts';
import { insertCustomers, insertOrders, makeCustomer, makeOrder } from '../support/ticket-rows.ts';

const EVERYTHING: Customer = {
  id: 'ANNA',
  version: 7,
  companyName: 'Café %_\\ "Anna" & Söhne, 東京, שלום',
  contactName: 'Élodie O’Neil',
  contactTitle: 'Owner',
  address: 'Hafenweg 3',
  city: 'México D.F.',
  region: 'BC',
  postalCode: '24103',
  country: 'Deutschland',
  phone: '0431-555',
  fax: '0431-999',
  email: 'anna@anna.example',
};

const idsOf = (customers: readonly { readonly id: string }[]): string[] => customers.map(({ id }) => id);
/** Ids in one order, whatever the store's own is. */
const sorted = (ids: readonly string[]): string[] => ids.toSorted();

export function customersSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction(work);
  const insert = (...customers: Customer[]): Promise<void> => run((tx) => insertCustomers(tx, ...customers));
  const search = (words: string, after = '', limit = 100): Promise<Customer[]> =>
    run((tx) => searchCustomers(tx, foldForSearch(words), after, limit));
  const named = (...names: string[]): Customer[] =>
    names.map((companyName, at) => makeCustomer(`N${at}`, { companyName, contactName: null }));

  test('a customer is found as they were stored, by exactly their id', async () => {
    await insert(EVERYTHING);
    expect(await run((tx) => findCustomer(tx, 'ANNA'))).toEqual(EVERYTHING);
    for (const id of ['anna', 'Anna', 'ANN', 'ANNA ', 'ANN%', '']) {
      expect(await run((tx) => findCustomer(tx, id))).toBeUndefined();
    }
    expect(await run((tx) => findCustomers(tx, []))).toEqual([]);
    expect(await run((tx) => findCustomers(tx, ['BERT', 'ANNA', 'anna']))).toEqual([EVERYTHING]);
  });

  test.each([
    'anna',
    'ANNA',
    'cafe',
    'CAFÉ',
    'elodie',
    'o’neil',
    'mexico d.f.',
    'deutsch',
    '東京',
    'שלום',
    '%_\\ "anna"',
    'söhne, 東',
    '  ｃａｆé   ',
  ])('%j is found in id, company, contact, city or country', async (words) => {
    await insert(EVERYTHING, makeCustomer('BERT', { companyName: 'Bert', contactName: null }));
    expect(idsOf(await search(words))).toEqual(['ANNA']);
  });

  test.each(['owner', 'hafenweg', 'bc', '24103', '0431', 'anna@', 'anna.example', '555'])(
    '%j stands in no field that is searched',
    async (words) => {
      await insert(EVERYTHING);
      expect(await search(words)).toEqual([]);
    },
  );

  test('a text that runs over two fields is in neither', async () => {
    await insert(makeCustomer('ANNA', { companyName: 'Tea', contactName: 'Cup', city: 'Kiel' }));
    for (const words of ['anna tea', 'tea cup', 'tea\ncup', 'cup\nkiel']) expect(await search(words)).toEqual([]);
  });

  test('no character is a wildcard', async () => {
    await insert(...named('a%b', 'a_b', 'a\\b', 'axb', 'a*b', 'a?b', 'a[x]b'));
    const one = async (words: string): Promise<string[]> => (await search(words)).map(({ companyName }) => companyName);
    for (const name of ['a%b', 'a_b', 'a\\b', 'a*b', 'a?b', 'a[x]b']) expect(await one(name)).toEqual([name]);
    for (const words of ['a%', '%b', '_x_', 'a\\%b', 'a%%b', '[a-z]']) {
      expect(await one(words)).toEqual(await one(words).then((names) => names.filter((name) => name.includes(words))));
    }
    expect(await one('a\\%b')).toEqual([]);
  });

  test('a character that ends texts elsewhere ends no pattern', async () => {
    await insert(...named('Tea', 'Cup', 'Pot'));
    expect(await search('\0ea')).toHaveLength(1);
    expect(await search('te\0zz')).toEqual([]);
    expect(await search('\0zz')).toEqual([]);
  });

  test('what is found is what holds the folded text, whatever both are', async () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      'é',
      '%',
      '_',
      '\\',
      "'",
      '"',
      ' ',
      '\n',
      '\0',
      'ß',
      'İ',
      'ｘ',
      '東',
      '\u200B',
      '-',
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
    const property = fc.asyncProperty(fc.array(text, { maxLength: 6 }), text, async (names, words) => {
      await store.db.deleteFrom('customers').execute();
      // Rows as they can be: neither engine is asked to keep a NUL.
      const customers = named(...names.map((name) => name.replaceAll('\0', '')));
      await insert(...customers);
      const folded = foldForSearch(words);
      const expected = customers.filter(
        ({ id, companyName }) => foldForSearch(id).includes(folded) || foldForSearch(companyName).includes(folded),
      );
      expect(sorted(idsOf(await search(words)))).toEqual(sorted(idsOf(expected)));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('pages follow one another without a gap or a repetition, though customers come in meanwhile', async () => {
    const ids = ['a', 'B', 'c', 'A1', 'a-1', 'a_1', 'Z', 'z', '10', '9', '100', 'b'];
    await insert(...ids.map((id) => makeCustomer(id, { companyName: 'Tea' })));
    const all = idsOf(await search('tea'));
    expect(sorted(all)).toEqual(sorted(ids));
    const paged: string[] = [];
    for (let page = 0; page < ids.length; page++) {
      const found = await search('tea', paged.at(-1) ?? '', 5);
      if (found.length === 0) break;
      paged.push(...idsOf(found));
      await insert(makeCustomer(`other${page}`, { companyName: 'Coffee', contactName: null }));
    }
    expect(paged).toEqual(all);
  });

  const exportable = (filter: ExportFilter): Promise<string[]> =>
    run((tx) => findExportable(tx, filter)).then((found) => sorted(idsOf(found)));

  test.each<[ExportFilter, string[]]>([
    [{ country: 'uk' }, ['LEED', 'YORK']],
    [{ country: 'UK' }, ['LEED', 'YORK']],
    [{ city: 'YORK' }, ['YORK']],
    [{ city: 'mexico d.f.' }, ['MEX']],
    [{ country: 'UK', city: 'York' }, ['YORK']],
    [{ country: 'UK', city: 'México D.F.' }, []],
    [{ country: 'U' }, []],
    [{ country: 'UK ' }, ['LEED', 'YORK']],
    [{ country: '%' }, []],
    [{ country: '__' }, []],
    [{ city: 'Leeds' }, []],
    [{ orderedSince: '2026-02-11' }, ['LEED', 'MEX']],
    [{ orderedSince: '2026-02-12' }, ['MEX']],
    [{ orderedSince: '2026-03-02' }, []],
    [{ country: 'UK', orderedSince: '2026-01-01' }, ['LEED']],
  ])('an export of %j is of whoever fits all of it, as a whole', async (filter, expected) => {
    await insert(
      makeCustomer('YORK', { city: 'York', country: 'UK' }),
      // "Leeds" is their contact, and "Mexico" a part of their company: neither is a place.
      makeCustomer('LEED', { city: 'Leeds-on-Sea', country: 'uk', contactName: 'Leeds', companyName: 'York' }),
      makeCustomer('MEX', { city: 'México D.F.', country: 'Mexico' }),
      makeCustomer('NONE'),
    );
    await run((tx) =>
      insertOrders(
        tx,
        makeOrder('1', 'LEED', { orderedOn: '2026-02-11' }),
        makeOrder('2', 'LEED', { orderedOn: '2025-12-31' }),
        makeOrder('3', 'MEX', { orderedOn: '2026-03-01' }),
      ),
    );
    expect(await exportable(filter)).toEqual(expected);
  });

  test('a country of nothing that is compared fits nobody, and not those without one', async () => {
    await insert(makeCustomer('NONE'), makeCustomer('UK', { country: 'UK' }));
    expect(await exportable({ country: '\u0301' })).toEqual([]);
  });

  test('an export knows the versions that it saw, and one customer more than it may hold', async () => {
    await insert(makeCustomer('ANNA', { version: 3, country: 'UK' }));
    expect(await run((tx) => findExportable(tx, { country: 'UK' }))).toEqual([{ id: 'ANNA', version: 3 }]);
    await insert(
      ...Array.from({ length: EXPORT_ROWS_MAX + 5 }, (_, at) => makeCustomer(`M${at}`, { country: 'Malta' })),
    );
    expect(await exportable({ country: 'malta' })).toHaveLength(EXPORT_ROWS_MAX + 1);
  });

  test('what an export says of customers stands in the order of the ids that were given', async () => {
    const ids = ['a', 'B', 'c', 'A1', 'a-1', 'Z'];
    await insert(...ids.map((id) => makeCustomer(id)));
    await run((tx) =>
      insertOrders(
        tx,
        makeOrder('1', 'B', { orderedOn: '2026-02-11' }),
        makeOrder('2', 'B', { orderedOn: '2026-01-31' }),
        makeOrder('3', 'Z', { orderedOn: '2024-02-29' }),
      ),
    );
    const rows = await run((tx) => readExported(tx, ['c', 'B', 'nobody', 'a', 'Z']));
    expect(rows.map(({ customer, orderCount, lastOrderedOn }) => [customer.id, orderCount, lastOrderedOn])).toEqual([
      ['c', 0, null],
      ['B', 2, '2026-02-11'],
      ['a', 0, null],
      ['Z', 1, '2024-02-29'],
    ]);
    expect(await run((tx) => readExported(tx, []))).toEqual([]);
  });

  test('as many customers are read as an export may hold', async () => {
    const ids = Array.from({ length: EXPORT_ROWS_MAX }, (_, at) => `M${at}`);
    await insert(...ids.map((id) => makeCustomer(id)));
    expect((await run((tx) => readExported(tx, ids))).map(({ customer }) => customer.id)).toEqual(ids);
  });
}
