import { parseArgs } from 'node:util';
import { exitStatus, judge } from '../test/bench/bounds.ts';
import { measureDecisions, ratio, type PolicyTimes } from '../test/bench/policy-decisions.ts';
import { median, percentile } from '../test/bench/statistics.ts';
import { number, table, verdictTable } from '../test/bench/table.ts';
import { buildStale } from './build.ts';

const HELP = `npm run bench:policy -- [options]    what a decision costs

  --turns N   how often each is measured, in turn (default 15, at least 3)
  --check     end with status 1 when a bound is passed
  --json      print one JSON document
  --help      this text

Twenty rules, decided by this product's policy engine and, in the same words, by Cedar (its stateful call, with the rules
parsed beforehand); then 2,000 rules of which as many name the tool. A test counts the statements of a call.
`;

/** Largest time of a decision against Cedar's, in thousandths of it. */
const CEDAR_THOUSANDTHS = 10;
/** Largest time with 2,000 rules against that with 20. */
const FLAT_RATIO = 1.25;

const row = (what: string, times: readonly number[]): string[] => [
  what,
  number(percentile(times, 0.1), 0),
  number(median(times), 0),
  number(percentile(times, 0.9), 0),
];

const timesTable = ({ ours, cedar, ofMany }: PolicyTimes): string =>
  table([
    ['one decision', 'p10 ns', 'p50 ns', 'p90 ns'],
    row('20 rules', ours),
    row('20 rules, Cedar', cedar),
    row('2,000 rules', ofMany),
  ]);

/** `npm run bench:policy`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      turns: { type: 'string', default: '15' },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const turns = Number(values.turns);
  if (values.help || !Number.isSafeInteger(turns) || turns < 3) {
    process[values.help ? 'stdout' : 'stderr'].write(HELP);
    return values.help ? 0 : 2;
  }
  await buildStale();
  const times = measureDecisions(turns);
  const verdicts = [
    judge("20 rules, of Cedar's time", ratio(times.ours, times.cedar) * 1000, CEDAR_THOUSANDTHS, ' ‰'),
    judge('2,000 rules, of the time for 20', ratio(times.ofMany, times.ours), FLAT_RATIO, ' x'),
  ];
  if (values.json) process.stdout.write(`${JSON.stringify({ verdicts, times }, null, 2)}\n`);
  else process.stdout.write(`${timesTable(times)}\n${verdictTable(verdicts)}`);
  return exitStatus(verdicts, values.check);
}
