import { parseArgs } from 'node:util';
import { exitStatus, judge } from '../test/bench/bounds.ts';
import { BURDENS, measureDesk, type Burden, type DeskLatencies } from '../test/bench/desk-latency.ts';
import { percentile } from '../test/bench/statistics.ts';
import { number, table, verdictTable } from '../test/bench/table.ts';
import { buildStale } from './build.ts';

const HELP = `npm run bench:desk -- [options]    what people at the console wait while others do their worst

  --rounds N  presses of the stop button under each burden (default 100, at least 20)
  --check     end with status 1 also where the bound on time is passed
  --json      print one JSON document
  --help      this text

In turn: nothing else; 14 plans of drafts made to be slow, again and again; 1,100 idle connections to the agents' port; 500
streams of one session. The stop button is measured from asking what to sign to the act that is done.
`;

/** Largest wait for the stop button, in milliseconds, at p99. */
const STOP_MS = 250;

const WORDS: Readonly<Record<Burden, string>> = {
  quiet: 'nothing else',
  drafts: '14 slow drafts',
  sockets: '1,100 idle connections',
  streams: '500 streams',
};

const latencyTable = (found: DeskLatencies): string =>
  table([
    ['meanwhile', 'stop p50 ms', 'stop p99 ms', 'of quiet', 'page p50 ms', 'page p99 ms'],
    ...BURDENS.map((burden) => {
      const { stop, page } = found[burden];
      return [
        WORDS[burden],
        number(percentile(stop, 0.5)),
        number(percentile(stop, 0.99)),
        `${number(percentile(stop, 0.99) / percentile(found.quiet.stop, 0.99))} x`,
        number(percentile(page, 0.5)),
        number(percentile(page, 0.99)),
      ];
    }),
  ]);

/** `npm run bench:desk`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '100' },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (values.help || !Number.isSafeInteger(rounds) || rounds < 20) {
    process[values.help ? 'stdout' : 'stderr'].write(HELP);
    return values.help ? 0 : 2;
  }
  await buildStale();
  const found = await measureDesk(rounds);
  const verdicts = BURDENS.map((burden) =>
    judge(`stop button, ${WORDS[burden]}, at p99`, percentile(found[burden].stop, 0.99), STOP_MS, ' ms'),
  );
  if (values.json) process.stdout.write(`${JSON.stringify({ verdicts, found }, null, 2)}\n`);
  else process.stdout.write([latencyTable(found), verdictTable(verdicts)].join('\n'));
  return exitStatus(verdicts, values.check);
}
