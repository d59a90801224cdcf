import { parseArgs } from 'node:util';
import { exitStatus, judge } from '../test/bench/bounds.ts';
import { measureCalls, type CallLatencies } from '../test/bench/call-latency.ts';
import { countTrips, type EngineTrips } from '../test/bench/call-trips.ts';
import { measureStages, type StageCosts } from '../test/bench/stage-costs.ts';
import { percentile } from '../test/bench/statistics.ts';
import { number, table, verdictTable } from '../test/bench/table.ts';
import { buildStale } from './build.ts';

const HELP = `npm run bench:call -- [options]    what the security of a call costs

  --calls N   measured calls of each kind (default 320, at least 20)
  --check     end with status 1 also where the bound on time is passed
  --json      print one JSON document
  --help      this text

First, in turn and one at a time over stdio: list_drafts of an empty folder, with all its checks, its audit entry and a
commit to disk, and a call of the same server that needs no backend. Then, in this process, the CPU time of each part of
the backend's pipeline, beside the operation alone. Both stay inside the limits, by way of further clients. Last, how many
statements a read, a plan and a commit send to each engine; on PostgreSQL each is one round trip.
`;

/** Largest latency of a secured call against a local one, at p50. */
const CALL_RATIO = 7.5;

const latencyRow = (what: string, times: readonly number[]): string[] => [
  what,
  number(percentile(times, 0.5), 2),
  number(percentile(times, 0.99), 2),
  String(times.length),
];

const latencyTable = ({ secured, local }: CallLatencies): string =>
  table([
    ['call', 'p50 ms', 'p99 ms', 'calls'],
    latencyRow('secured (list_drafts)', secured),
    latencyRow('local (refused by the wall)', local),
  ]);

const stageTable = ({ stages, pipelineMicroseconds, bypassedMicroseconds }: StageCosts): string =>
  table([
    ['CPU of the pipeline', 'µs', 'share'],
    ...stages.map(({ stage, microseconds, share }) => [stage, number(microseconds, 0), `${number(share * 100)} %`]),
    ['whole', number(pipelineMicroseconds, 0), ''],
    ['operation alone', number(bypassedMicroseconds, 0), ''],
    ['whole / alone', `${number(pipelineMicroseconds / bypassedMicroseconds)} x`, ''],
  ]);

const tripsTable = (engines: readonly EngineTrips[]): string =>
  table([
    ['round trips to the store', 'read', 'plan', 'commit'],
    ...engines.map(({ engine, trips }) => [
      engine,
      ...[trips.read, trips.plan, trips.commit].map((statements) => String(statements.length)),
    ]),
  ]);

/** `npm run bench:call`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      calls: { type: 'string', default: '320' },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const calls = Number(values.calls);
  if (values.help || !Number.isSafeInteger(calls) || calls < 20) {
    process[values.help ? 'stdout' : 'stderr'].write(HELP);
    return values.help ? 0 : 2;
  }
  await buildStale();
  const latencies = await measureCalls(calls);
  const stages = await measureStages();
  const trips = await countTrips();
  const ratio = percentile(latencies.secured, 0.5) / percentile(latencies.local, 0.5);
  const verdicts = [judge('secured call, of a local one, at p50', ratio, CALL_RATIO, ' x')];
  if (values.json) process.stdout.write(`${JSON.stringify({ verdicts, latencies, stages, trips }, null, 2)}\n`);
  else {
    const tables = [latencyTable(latencies), verdictTable(verdicts), stageTable(stages), tripsTable(trips)];
    process.stdout.write(tables.join('\n'));
  }
  return exitStatus(verdicts, values.check);
}
