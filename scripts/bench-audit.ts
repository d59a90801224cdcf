import { parseArgs } from 'node:util';
import { measureAppends, measureVerify, proofReads, typical, type AppendCosts } from '../test/bench/audit-log.ts';
import { AuditStore, type AppendCost } from '../test/bench/audit-store.ts';
import { exitStatus, judge } from '../test/bench/bounds.ts';
import { median } from '../test/bench/statistics.ts';
import { number, table, verdictTable } from '../test/bench/table.ts';
import { buildStale } from './build.ts';

const HELP = `npm run bench:audit -- [options]    what the audit log costs

  --entries N   size of the long log (default 100000, at least 2000)
  --turns N     how often each is measured, in turn (default 7, at least 3)
  --check       end with status 1 when a bound is passed
  --json        print one JSON document
  --help        this text

Appends to a log of 1,000 entries and to the long one, in turn; tiles that proofs read; verification of the long log beside
hashing the same bytes with node:crypto; what the tree takes beside the entries. On SQLite, in a temporary folder.
`;

const SHORT = 1_000;
/** Largest cost of an entry in the long log against one in the short log. */
const FLAT_RATIO = 1.5;
/** Largest time of verifying against hashing the same bytes. */
const VERIFY_RATIO = 2;
/** Largest share of the tree in percent of the entries. */
const STORAGE_PERCENT = 15;
const TILE_LEVEL_BITS = 8;

const whole = ({ write, sequence }: AppendCost): number => write + sequence;

const costTable = ({ short, long }: AppendCosts, entries: number): string =>
  table([
    ['one entry, µs', 'write', 'sequence'],
    ...[[`at ${SHORT}`, typical(short)] as const, [`at ${entries}`, typical(long)] as const].map(([what, cost]) => [
      what,
      number(cost.write),
      number(cost.sequence),
    ]),
  ]);

/** `npm run bench:audit`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      entries: { type: 'string', default: '100000' },
      turns: { type: 'string', default: '7' },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [entries, turns] = [Number(values.entries), Number(values.turns)];
  if (values.help || !Number.isSafeInteger(entries) || entries < 2000 || !Number.isSafeInteger(turns) || turns < 3) {
    process[values.help ? 'stdout' : 'stderr'].write(HELP);
    return values.help ? 0 : 2;
  }
  await buildStale();
  const [short, long] = [await AuditStore.open(), await AuditStore.open()];
  try {
    await short.fill(SHORT);
    process.stderr.write(`Writing ${entries} entries …\n`);
    await long.fill(entries);
    const appends = await measureAppends(short, long, turns);
    const reads = { short: await proofReads(short), long: await proofReads(long) };
    const verifying = await measureVerify(long, turns);
    const storage = await long.storage();
    const [few, many] = [typical(appends.short), typical(appends.long)];
    const levels = Math.ceil(Math.log2(long.size) / TILE_LEVEL_BITS);
    const verdicts = [
      judge('an entry, written and sequenced, long log of short', whole(many) / whole(few), FLAT_RATIO, ' x'),
      judge('tiles that an inclusion proof reads', reads.long.inclusion, 2 * levels, '', true),
      judge('tiles that a consistency proof reads', reads.long.consistency, 2 * levels, '', true),
      judge(
        'verifying, of hashing the same bytes',
        median(verifying.verify) / median(verifying.hash),
        VERIFY_RATIO,
        ' x',
      ),
      judge('the tree, of the entries', (100 * storage.tree) / storage.entries, STORAGE_PERCENT, ' %', true),
    ];
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ verdicts, appends, reads, verifying, storage }, null, 2)}\n`);
    } else {
      process.stdout.write(`${costTable(appends, entries)}\n${verdictTable(verdicts)}`);
    }
    return exitStatus(verdicts, values.check);
  } finally {
    await short.close();
    await long.close();
  }
}
