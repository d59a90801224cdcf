import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { NODE, ROOT, runScript, until, watch, type Finished } from '../support/processes.ts';
import { Product } from '../support/product.ts';

const CUSTOMERS = 'CustomerID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax';
const ORDERS = 'OrderID,CustomerID,OrderDate,RequiredDate,ShippedDate,Freight,ShipCity,ShipCountry,Total';

let folder: string;
let customers: string;
let orders: string;

const file = async (name: string, ...lines: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, lines.join('\n'));
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-import-'));
  customers = await file('customers.csv', CUSTOMERS, 'N1,Alpha,,,,Köln,,,Germany,,', 'N2 ,"Beta, ""B""",,,,,,,,,');
  orders = await file('orders.csv', ORDERS, '1,N1,1996-07-04,1996-08-01,,32.38,Köln,Germany,440.0');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const counts = (read: number, inserted: number, updated = 0, unchanged = read - inserted - updated): JsonObject => ({
  read,
  inserted,
  updated,
  unchanged,
});

const importArguments = (...more: readonly string[]): string[] => [
  'data',
  'import',
  '--customers',
  customers,
  '--orders',
  orders,
  ...more,
];

describe('without a backend', () => {
  let homes = 0;
  const newHome = (): string => join(folder, `home-${++homes}`);
  const deputies = (home: string, ...args: readonly string[]): Promise<Finished> =>
    runScript('deputies', args, { PATH: process.env['PATH'], HOME: folder, DEPUTIES_HOME: home });

  test('a dry run says what would be and makes nothing; the import does it, and again changes nothing [data.import, people.cli]', async () => {
    const home = newHome();
    const notes = [{ file: customers, line: 3, message: 'CustomerID: The blanks around the id "N2" were dropped.' }];
    const all = { customers: counts(2, 2), orders: counts(1, 1), currency: 'EUR', notes };
    const dry = await deputies(home, ...importArguments('--dry-run', '--json'));
    expect({ code: dry.code, ...JSON.parse(dry.stdout) }).toEqual({ code: 0, ...all, dryRun: true });
    expect(existsSync(home)).toBe(false);
    const done = await deputies(home, ...importArguments('--json'));
    expect({ code: done.code, ...JSON.parse(done.stdout) }).toEqual({ code: 0, ...all, dryRun: false });
    const again = await deputies(home, ...importArguments());
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(
      'customers  2 read, 0 new, 0 changed, 2 as before\norders     1 read, 0 new, 0 changed, 1 as before\n',
    );
    expect(again.stderr).toContain(`Read ${orders}: 1 rows.`);
  });

  test('every fault is said by its line and nothing is left [data.import, people.cli]', async () => {
    const home = newHome();
    const faulty = await file('faulty.csv', ORDERS, '1,N1,1996-02-30,,,-1,,,440.001', '2,N9,1996-07-04,,,0,,,\u202E1');
    const { code, stdout, stderr } = await deputies(home, ...importArguments('--orders', faulty, '--json'));
    expect(code).toBe(1);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('invalid_data');
    expect(error.message.split('\n')).toEqual([
      'Nothing was imported. There are 5 faults:',
      `${faulty}, line 2, OrderDate: "1996-02-30" is no day of the calendar, written YYYY-MM-DD.`,
      `${faulty}, line 2, Freight: "-1" is negative.`,
      `${faulty}, line 2, Total: "440.001" has more decimal places than the 2 of EUR.`,
      `${faulty}, line 3, Total: "⟦U+202E⟧1" is no decimal amount. Write it like 12.50, without signs or separators.`,
      `${faulty}, line 3, CustomerID: There is no customer "N9", neither in a file given nor in the store.`,
    ]);
    expect(stderr).toContain(error.message);
    expect(existsSync(home)).toBe(false);
  });

  test.each([
    [[], 'invalid_arguments', 'Say what to import'],
    [['--orders', '/nowhere.csv'], 'unreadable_file', 'it does not exist'],
    [['--orders', '/'], 'unreadable_file', 'cannot be read'],
    [['--orders', '/nowhere.csv', '--currency', 'eur'], 'invalid_arguments', 'no currency'],
  ])('%j is refused', async (args, code, words) => {
    const home = newHome();
    const { code: status, stdout } = await deputies(home, 'data', 'import', ...args, '--json');
    expect({ status, made: existsSync(home) }).toEqual({ status: 1, made: false });
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('ended by Ctrl+C while it reads, it leaves nothing [data.import]', async () => {
    const home = newHome();
    const rows = Array.from({ length: 300_000 }, (_, index) => `${index},N1,1996-07-04,,,1,,,1`);
    const long = await file('long.csv', [ORDERS, ...rows].join('\n'));
    const args = ['data', 'import', '--customers', customers, '--orders', long, '--home', home];
    const child = spawn(NODE, [join(ROOT, 'scripts', 'run.mjs'), 'deputies', ...args], {
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { output, ended } = watch(child);
    await until('the second file', () => output().includes(`Reading ${long}`) || undefined);
    child.kill('SIGINT');
    await ended;
    expect({ signal: child.signalCode, made: existsSync(home) }).toEqual({ signal: 'SIGINT', made: false });
  });

  test('what is imported before the first start takes the place of the examples [data.fixtures]', async () => {
    const product = await Product.start();
    try {
      await product.halt();
      await product.deputiesJson('data', 'reset', '--yes');
      await product.deputiesJson(...importArguments());
      await product.boot();
      const seen = await product.deputiesJson<JsonObject>(...importArguments('--dry-run'));
      expect(seen).toMatchObject({ customers: counts(2, 0), orders: counts(1, 0) });
      const shipped = join(ROOT, 'backend-mock', 'fixtures', 'customers.csv');
      const examples = await product.deputiesJson<JsonObject>('data', 'import', '--customers', shipped, '--dry-run');
      expect(examples['customers']).toEqual(counts(50, 50));
    } finally {
      await product.dispose();
    }
  });
});

describe.each(['sqlite', 'postgres'] as const)('while a backend serves, on %s', (engine) => {
  let postgres: PostgresServer | undefined;
  let product: Product;

  beforeAll(async () => {
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.createDatabase({ empty: true });
    product = await Product.start(databaseUrl === undefined ? {} : { databaseUrl });
  }, 120_000);
  afterAll(async () => {
    await product?.dispose();
    await postgres?.stop();
  }, 60_000);

  test('its examples are there, an import adds to them, and the audit log has both [data.import, data.fixtures]', async () => {
    const shipped = join(ROOT, 'backend-mock', 'fixtures');
    const again = ['--customers', join(shipped, 'customers.csv'), '--orders', join(shipped, 'orders.csv')];
    const examples = await product.deputiesJson<JsonObject>('data', 'import', ...again, '--dry-run');
    expect(examples).toMatchObject({ customers: counts(50, 0), orders: counts(200, 0) });
    const done = await product.deputiesJson<JsonObject>(...importArguments());
    expect(done).toMatchObject({ customers: counts(2, 2), orders: counts(1, 1), dryRun: false });
    const entries = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '1000');
    const about = (tool: string): JsonObject[] => entries.filter((entry) => entry['tool'] === tool);
    expect(about('data.load_fixture')).toHaveLength(3);
    expect(about('data.import')).toHaveLength(1);
    expect(about('data.import')[0]).toMatchObject({ outcome: 'succeeded', details: { currency: 'EUR' } });
  });
});
