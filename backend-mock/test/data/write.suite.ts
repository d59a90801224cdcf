import { beforeEach, expect, test } from '@jest/globals';
import { applyImport, takeTurn } from '../../src/data/apply-import.ts';
import { compareWithStore, type ImportCounts } from '../../src/data/compare.ts';
import type { Files, Reading } from '../../src/data/read-files.ts';
import type { Database, Tx } from '../../src/database/database.ts';
import { takeVersions } from '../../src/plans/resource-versions.ts';
import { requireEnvironment } from '../../src/start/require-environment.ts';
import type { Stores } from '../support/engines.ts';
import { overlap } from '../support/race.ts';
import { customersFile, ordersFile, readAll } from './files.ts';
import { countOf, entriesOf, refund, snapshot } from './stored-rows.ts';

const ENVIRONMENT = 'development';
const quiet = (): void => undefined;

function apply(
  store: Database,
  tx: Tx,
  reading: Reading,
  progress = quiet as (done: number) => void,
): Promise<ImportCounts> {
  const order = { environment: ENVIRONMENT, reading, tool: 'data.import', rule: 'command-line' } as const;
  return applyImport(store, tx, { ...order, progress: { at: progress, end: quiet } });
}

const write = async (store: Database, files: Files): Promise<ImportCounts> => {
  const reading = await readAll(files);
  return store.transaction((tx) => apply(store, tx, reading));
};

/** More than one batch of customers and of orders. */
const many = (): { customers: string; orders: string } => ({
  customers: customersFile(...Array.from({ length: 700 }, (_, index) => [`C${index}`, `Company ${index}`] as const)),
  orders: ordersFile(...Array.from({ length: 1200 }, (_, index) => [String(index), `C${index % 700}`, '10'] as const)),
});

const counts = (read: number, inserted: number, updated: number, unchanged: number): object => ({
  read,
  inserted,
  updated,
  unchanged,
});

/** What an import does to a store, and what it leaves alone. */
export function writeSuite(stores: Stores): void {
  let store: Database;

  beforeEach(async () => {
    store = await stores.fresh();
    await requireEnvironment(store, ENVIRONMENT);
  });

  test('all rows and one entry that holds counts and digests and nothing of the rows', async () => {
    const files = many();
    const reading = await readAll(files);
    expect(await write(store, files)).toEqual({ customers: counts(700, 700, 0, 0), orders: counts(1200, 1200, 0, 0) });
    expect([await countOf(store, 'customers'), await countOf(store, 'orders')]).toEqual([700, 1200]);
    const [entry, ...more] = await entriesOf(store);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      tool: 'data.import',
      details: {
        customers: { ...counts(700, 700, 0, 0), digest: reading.customers?.digest },
        orders: { ...counts(1200, 1200, 0, 0), digest: reading.orders?.digest },
        currency: 'EUR',
      },
    });
    expect(entry?.text).not.toMatch(/Company/);
  });

  test('the same files again change no row', async () => {
    const files = many();
    await write(store, files);
    const { audit_entries: _, audit_names: _names, ...before } = await snapshot(store);
    expect(await write(store, files)).toEqual({ customers: counts(700, 0, 0, 700), orders: counts(1200, 0, 0, 1200) });
    const { audit_entries: entries, audit_names: _later, ...after } = await snapshot(store);
    expect(after).toEqual(before);
    expect(entries).toHaveLength(2);
  });

  test('a row that says something else gets the next version, so that plans on it are stale; others keep theirs', async () => {
    await write(store, {
      customers: customersFile(['C1', 'One'], ['C2', 'Two']),
      orders: ordersFile(['1', 'C1', '10']),
    });
    const made = await store.db
      .selectFrom('customers')
      .select('created_at')
      .where('id', '=', 'C1')
      .executeTakeFirstOrThrow();
    const changed = { customers: customersFile(['C1', 'First'], ['C2', 'Two']), orders: ordersFile(['1', 'C2', '11']) };
    expect(await write(store, changed)).toEqual({ customers: counts(2, 0, 1, 1), orders: counts(1, 0, 1, 0) });
    const rows = await store.db.selectFrom('customers').selectAll().orderBy('id').execute();
    expect(rows.map(({ company_name: name, version }) => [name, version])).toEqual([
      ['First', 2],
      ['Two', 1],
    ]);
    expect(rows[0]).toMatchObject({ created_at: made.created_at, search_text: 'c1\nfirst\n\n\n' });
    expect(await store.db.selectFrom('orders').selectAll().execute()).toMatchObject([
      { id: '1', customer_id: 'C2', total: 1100, version: 2 },
    ]);
    const resources = [{ type: 'order', id: '1', version: 1 }];
    expect(await store.transaction((tx) => takeVersions(tx, resources))).toMatchObject({ now: 2 });
  });

  test('a write that fails in its last batch leaves nothing, and the same files can be written afterwards', async () => {
    const files = many();
    const reading = await readAll(files);
    const before = await snapshot(store);
    const failing = store.transaction((tx) =>
      apply(store, tx, reading, (done) => {
        if (done === 1900) throw new Error('power');
      }),
    );
    await expect(failing).rejects.toThrow('power');
    expect(await snapshot(store)).toEqual(before);
    await write(store, files);
    expect(await countOf(store, 'orders')).toBe(1200);
  });

  test('a row that the store refuses leaves nothing', async () => {
    const reading = await readAll({
      customers: customersFile(['C1', 'One']),
      orders: ordersFile(['1', 'C1', '1'], ['2', 'C9', '1']),
    });
    const before = await snapshot(store);
    await expect(store.transaction((tx) => apply(store, tx, reading))).rejects.toThrow(/foreign key/i);
    expect(await snapshot(store)).toEqual(before);
  });

  test('without its transaction a failing write would be found half done: the broken twin', async () => {
    const reading = await readAll(many());
    const failing = apply(store, store.db as Tx, reading, (done) => {
      if (done === 1900) throw new Error('power');
    });
    await expect(failing).rejects.toThrow('power');
    expect([await countOf(store, 'orders'), await countOf(store, 'audit_entries')]).toEqual([1200, 0]);
  });

  test('two imports at once come one after the other', async () => {
    const [first, second] = [
      await readAll({ customers: customersFile(['C1', 'One'], ['C2', 'Two']) }),
      await readAll({ customers: customersFile(['C1', 'First']) }),
    ];
    const turn = (reading: Reading) => async (tx: Tx) => {
      await takeTurn(tx, ENVIRONMENT);
      return apply(store, tx, reading);
    };
    const [one, two] = await overlap(store, turn(first), turn(second));
    expect([one, two]).toMatchObject([
      { value: { customers: counts(2, 2, 0, 0) } },
      { value: { customers: counts(1, 0, 1, 0) } },
    ]);
  });

  test('a store of another environment is not written to', async () => {
    await expect(store.transaction((tx) => takeTurn(tx, 'staging'))).rejects.toMatchObject({
      code: 'wrong_environment',
    });
  });

  test.each([
    ['falls below what was refunded', ['1', 'C1', '4.99'], 'Total: Is less than what was refunded'],
    ['belongs to somebody else', ['1', 'C2', '10'], 'CustomerID: Refunds were paid on this order to another customer.'],
  ] as const)('an order that %s is a fault', async (_name, row, expected) => {
    const customers = customersFile(['C1', 'One'], ['C2', 'Two']);
    await write(store, { customers, orders: ordersFile(['1', 'C1', '10'], ['2', 'C1', '10']) });
    await refund(store, '1', 500);
    const reading = await readAll({ orders: ordersFile(['2', 'C1', '1'], row) });
    await compareWithStore(store.db, reading);
    expect(reading.faults.lines()).toEqual([expect.stringContaining(`line 3, ${expected}`)]);
    // The same comes out where the refund was paid after the files had been compared.
    const before = await snapshot(store);
    await expect(store.transaction((tx) => apply(store, tx, reading))).rejects.toMatchObject({ code: 'conflict' });
    expect(await snapshot(store)).toEqual(before);
  });

  test('an order may fall to what was refunded, in the same currency', async () => {
    await write(store, { customers: customersFile(['C1', 'One']), orders: ordersFile(['1', 'C1', '10']) });
    await refund(store, '1', 500);
    const fitting = await readAll({ orders: ordersFile(['1', 'C1', '5']) });
    const foreign = await readAll({ orders: ordersFile(['1', 'C1', '50']) }, 'USD');
    for (const reading of [fitting, foreign]) await compareWithStore(store.db, reading);
    expect(fitting.faults.total).toBe(0);
    expect(foreign.faults.lines()).toEqual([
      expect.stringContaining('line 2: Refunds were paid on this order in another currency than USD.'),
    ]);
  });

  test('an order keeps the currency that it is stored in until somebody says another', async () => {
    await write(store, { customers: customersFile(['C1', 'One']) });
    const files = { orders: ordersFile(['1', 'C1', '10'], ['2', 'C1', '20']) };
    await store.transaction(async (tx) => apply(store, tx, await readAll(files, 'USD')));
    const again = await readAll({ orders: ordersFile(['2', 'C1', '20'], ['3', 'C1', '5']) });
    await compareWithStore(store.db, again);
    expect(again.faults.lines()).toEqual([
      expect.stringMatching(/line 2, Total: This order is stored in USD\. .*--currency USD/),
    ]);
    // The same comes out where the order was relabelled after the files had been compared.
    const before = await snapshot(store);
    await expect(store.transaction((tx) => apply(store, tx, again))).rejects.toMatchObject({ code: 'conflict' });
    expect(await snapshot(store)).toEqual(before);
    const said = await readAll(files, 'EUR');
    await compareWithStore(store.db, said);
    expect(said.faults.total).toBe(0);
  });

  test('orders alone refer to customers of the store, and a customer that nobody knows is a fault', async () => {
    await write(store, { customers: customersFile(['C1', 'One']) });
    const reading = await readAll({ orders: ordersFile(['1', 'C1', '10'], ['2', 'C9', '10'], ['3', 'c1', '10']) });
    await compareWithStore(store.db, reading);
    expect(reading.faults.listed.map(({ line, message }) => [line, message])).toEqual([
      [3, 'There is no customer "C9", neither in a file given nor in the store.'],
      [4, 'There is no customer "c1", neither in a file given nor in the store.'],
    ]);
  });
}
