import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '@narrow-deputies/signing';
import { AuditService } from '../audit/audit.service.ts';
import { loadArticles } from '../blog/fixtures.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import { currencyOf } from '../data/amounts.ts';
import { applyImport, takeTurn } from '../data/apply-import.ts';
import { compareWithStore } from '../data/compare.ts';
import { requireNone } from '../data/faults.ts';
import { NO_PROGRESS } from '../data/progress.ts';
import { readFiles, type Reading } from '../data/read-files.ts';
import { readTickets, type TicketRecord } from '../data/read-tickets.ts';
import type { Reader } from '../data/shelf.ts';
import { insertTickets } from '../data/write-tickets.ts';
import type { Database, Tx } from '../database/database.ts';

const CURRENCY = 'EUR';
const RULE = 'first-start';

/** How many of each were added. */
export interface LoadedFixtures {
  readonly articles: number;
  readonly customers: number;
  readonly orders: number;
  readonly tickets: number;
}

interface Records {
  readonly reading: Reading;
  readonly tickets: readonly TicketRecord[];
  readonly ticketsDigest: string | undefined;
}

/**
 * Gives a store what a fixtures folder holds: `articles/*.md`, each unless its address is taken; and, where there is no
 * customer and no ticket yet, `customers.csv`, `orders.csv` and `tickets.json`, all together or none.
 *
 * @throws ImportRefused with every fault of the files, by its place; Error for an article that is no draft.
 */
export async function loadFixtures(database: Database, environment: string, folder: string): Promise<LoadedFixtures> {
  const articles = await loadArticles(database, environment, folder);
  const none = { articles, customers: 0, orders: 0, tickets: 0 };
  if (!(await isWithoutRecords(database.db))) return none;
  const records = await readRecords(folder);
  return database.transaction(async (tx) => {
    await takeTurn(tx, environment);
    // Another replica that starts may have been faster.
    if (!(await isWithoutRecords(tx))) return none;
    return { articles, ...(await writeRecords(database, tx, environment, records)) };
  });
}

async function isWithoutRecords(store: Reader): Promise<boolean> {
  const customer = await store.selectFrom('customers').select('id').limit(1).executeTakeFirst();
  const ticket = await store.selectFrom('tickets').select('id').limit(1).executeTakeFirst();
  return customer === undefined && ticket === undefined;
}

async function readRecords(folder: string): Promise<Records> {
  const given = (name: string): string | undefined => [join(folder, name)].find((file) => existsSync(file));
  const files = { customers: given('customers.csv'), orders: given('orders.csv') };
  const reading = await readFiles(files, currencyOf(CURRENCY), NO_PROGRESS);
  await compareWithStore(undefined, reading);
  const file = given('tickets.json');
  const known = reading.customers?.lines ?? new Map<string, number>();
  const tickets = file === undefined ? [] : await readTickets(file, known, reading.faults);
  requireNone(reading.faults);
  return { reading, tickets, ticketsDigest: file && digestOfBytes(await readFile(file)) };
}

async function writeRecords(
  database: Database,
  tx: Tx,
  environment: string,
  { reading, tickets, ticketsDigest }: Records,
): Promise<Omit<LoadedFixtures, 'articles'>> {
  const tool = 'data.load_fixture';
  const added = { customers: 0, orders: 0, tickets: tickets.length };
  if (reading.customers || reading.orders) {
    const progress = NO_PROGRESS.beginWrite(0);
    const counts = await applyImport(database, tx, { environment, reading, tool, rule: RULE, progress });
    added.customers = counts.customers.inserted;
    added.orders = counts.orders.inserted;
  }
  if (ticketsDigest !== undefined) {
    await insertTickets(tx, tickets);
    await new AuditService(new Settings(environment)).record(tx, await currentTime(database, tx), {
      tool,
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: [RULE],
      details: { tickets: tickets.length, digest: ticketsDigest },
    });
  }
  return added;
}
