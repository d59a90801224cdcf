import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCaught } from '../support/broken.ts';
import { bundleProgram } from '../support/bundle.ts';
import type { ImportJob } from '../support/import-child.ts';
import { NODE, watch } from '../support/processes.ts';
import type { KillPoint } from '../support/sql-hook.ts';

const CUSTOMERS = 'CustomerID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax';
const ORDERS = 'OrderID,CustomerID,OrderDate,RequiredDate,ShippedDate,Freight,ShipCity,ShipCountry,Total';

let folder: string;
let program: string;
let statements: string[];

const file = async (name: string, ...lines: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, lines.join('\n'));
  return path;
};

/** Holds one customer with one order. */
const template = (): string => join(folder, 'template.sqlite');

let stores = 0;
async function newStore(): Promise<string> {
  const store = join(folder, `store-${++stores}.sqlite`);
  await copyFile(template(), store);
  return store;
}

async function run(job: Partial<ImportJob> & { readonly store: string }): Promise<string[]> {
  const defaults = {
    customers: join(folder, 'customers.csv'),
    orders: join(folder, 'orders.csv'),
    withoutTransactions: false,
  };
  const argument = JSON.stringify({ ...defaults, ...job });
  const child = spawn(NODE, ['--disable-warning=ExperimentalWarning', program, argument], {
    env: { NODE_COMPILE_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, stdout, stderr } = await watch(child).ended;
  if (child.signalCode === null && code !== 0) throw new Error(`A child failed by itself: ${stderr}`);
  return child.signalCode === null ? (JSON.parse(stdout) as string[]) : [];
}

interface Remains {
  readonly customers: unknown;
  readonly orders: unknown;
  readonly entries: unknown;
}

function remains(store: string): Remains {
  const database = new DatabaseSync(store);
  try {
    const all = (sql: string): unknown =>
      database
        .prepare(sql)
        .all()
        .map((row) => Object.values(row).join(' '));
    return {
      customers: all('select id, company_name, version from customers order by id'),
      orders: all('select id, total, version from orders order by id'),
      entries: all("select count(*) from audit_entries where tool = 'data.import'"),
    };
  } finally {
    database.close();
  }
}

const BEFORE = { customers: ['C1 One 1'], orders: ['1 1000 1'], entries: ['1'] };
const AFTER = { customers: ['C1 First 2', 'C2 Two 1'], orders: ['1 1100 2', '2 2000 1'], entries: ['2'] };

/** All of the import, or nothing of it. */
const expectWhole = (found: Remains, about: unknown): void =>
  expect([
    { about, ...BEFORE },
    { about, ...AFTER },
  ]).toContainEqual({ about, ...found });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-import-crash-'));
  program = join(folder, 'import-child.mjs');
  await bundleProgram('import-child.ts', program);
  await run({
    store: template(),
    customers: await file('customers-0.csv', CUSTOMERS, 'C1,One,,,,,,,,,'),
    orders: await file('orders-0.csv', ORDERS, '1,C1,2026-03-01,,,0,,,10'),
  });
  await file('customers.csv', CUSTOMERS, 'C1,First,,,,,,,,,', 'C2,Two,,,,,,,,,');
  await file('orders.csv', ORDERS, '1,C1,2026-03-01,,,0,,,11', '2,C2,2026-03-01,,,0,,,20');
  const store = await newStore();
  statements = await run({ store });
  expect(remains(store)).toEqual(AFTER);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an import whose process is ended by force', () => {
  test('leaves all of itself or nothing, whatever statement it had come to [store.crash, data.import]', async () => {
    expect(remains(template())).toEqual(BEFORE);
    const commit = statements.lastIndexOf('commit') + 1;
    const points: KillPoint[] = statements.map((_, index) => ({ statement: index + 1, side: 'before' }));
    points.push({ statement: commit, side: 'after' });
    const seen = new Set<string>();
    for (const point of points) {
      const store = await newStore();
      await run({ store, point });
      const found = remains(store);
      expectWhole(found, { ...point, text: statements[point.statement - 1] });
      seen.add(JSON.stringify(found));
    }
    expect(seen.size).toBe(2);
  }, 120_000);

  test('would leave a part without its transaction: the broken twin [check.twins]', async () => {
    const store = await newStore();
    const statement = statements.findIndex((text) => text.startsWith('insert into "orders"')) + 1;
    expect(statement).toBeGreaterThan(0);
    await run({ store, point: { statement, side: 'before' }, withoutTransactions: true });
    await expectCaught(() => expectWhole(remains(store), 'twin'));
  });
});
