import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './build.ts';
import { CUSTOMER_HEADER, CUSTOMERS } from './make-fixtures/customers.ts';
import { makeOrders, ORDER_HEADER, orderLine } from './make-fixtures/orders.ts';
import { Random } from './make-fixtures/random.ts';
import { draftTickets, makeTickets } from './make-fixtures/tickets.ts';

const HELP = `npm run fixtures               write customers, orders and tickets into backend-mock/fixtures
npm run fixtures -- --check    end with status 1 if a file there is not what would be written
npm run fixtures -- --out DIR  write to, or check, another folder
`;

const SEED = 1842;

/** A file of lines and cells (RFC 4180), with the line feeds of this repository. */
const csv = (lines: readonly (readonly string[])[]): string =>
  lines.map((cells) => `${cells.map(quote).join(',')}\n`).join('');

const quote = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** JSON in which what nobody could see is written as an escape, so that a reader of the file sees it. */
const visibleJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2)}\n`.replaceAll(/[[\p{C}\p{DI}]--[\n]]/gv, escaped);

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** The fixture files by their names: the same on every machine. */
export function makeFixtures(): ReadonlyMap<string, string> {
  const random = new Random(SEED);
  const drafts = draftTickets(random);
  const orders = makeOrders(random, drafts);
  return new Map([
    ['customers.csv', csv([CUSTOMER_HEADER, ...CUSTOMERS])],
    ['orders.csv', csv([ORDER_HEADER, ...orders.map(orderLine)])],
    ['tickets.json', visibleJson(makeTickets(random, drafts, orders))],
  ]);
}

/** `npm run fixtures`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      out: { type: 'string', default: join(ROOT, 'backend-mock', 'fixtures') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  let stale = 0;
  for (const [name, text] of makeFixtures()) {
    const file = join(values.out, name);
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue;
    stale++;
    if (values.check) {
      process.stderr.write(`${file} is not what "npm run fixtures" makes.\n`);
    } else {
      await mkdir(values.out, { recursive: true });
      await writeFile(file, text);
      process.stdout.write(`${file}\n`);
    }
  }
  return values.check && stale > 0 ? 1 : 0;
}
