import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitStatus, judge, type Verdict } from '../test/bench/bounds.ts';
import { measureStart, type StartupRun } from '../test/bench/startup-run.ts';
import { measuredServers, type ServerName } from '../test/bench/startup-servers.ts';
import { median } from '../test/bench/statistics.ts';
import { number, table, verdictTable } from '../test/bench/table.ts';
import { buildStale } from './build.ts';

const HELP = `npm run bench:startup -- [options]    what a start of blog-publisher costs, beside two others

  --runs N    measured rounds (default 15); one more comes first and is thrown away
  --check     end with status 1 also where a bound on time or memory is passed
  --json      print one JSON document
  --help      this text

In turn, fresh processes of blog-publisher as a host launches it, of a program that speaks the protocol by hand with no
dependency ("bare": the floor), and of @modelcontextprotocol/server-memory. A ratio is the median of the rounds' ratios.
`;

/** Largest CPU time and resident memory against the bare program's, CPU time against server-memory's. */
const CPU_BARE = 4.3;
const RSS_BARE = 1.5;
const CPU_MEMORY = 0.5;
const LIST_BYTES = 4096;

type Round = Readonly<Record<ServerName, StartupRun>>;
type Measure = keyof StartupRun;

async function measureRounds(runs: number, folder: string): Promise<Round[]> {
  const servers = measuredServers(folder);
  const rounds: Round[] = [];
  for (let count = 0; count <= runs; count += 1) {
    const round: Partial<Record<ServerName, StartupRun>> = {};
    for (const server of servers) round[server.name] = await measureStart(server);
    // The first round finds cold caches.
    if (count > 0) rounds.push(round as Round);
  }
  return rounds;
}

/** @returns null where any round has no such number. */
function over(rounds: readonly Round[], of: (round: Round) => number | null): number | null {
  const values = rounds.map(of).filter((value) => value !== null);
  return values.length === rounds.length ? median(values) : null;
}

const ratio = (rounds: readonly Round[], measure: Measure, other: ServerName): number | null =>
  over(rounds, (round) => {
    const [ours, theirs] = [round['blog-publisher'][measure], round[other][measure]];
    return ours === null || theirs === null ? null : ours / theirs;
  });

function largest(rounds: readonly Round[], measure: Measure): number | null {
  const values = rounds.map((round) => round['blog-publisher'][measure]);
  return values.reduce((most, value) => (most === null || value === null ? null : Math.max(most, value)));
}

const judgeRounds = (rounds: readonly Round[]): Verdict[] => [
  judge('CPU to the list of tools, of bare', ratio(rounds, 'cpuMs', 'bare'), CPU_BARE, ' x'),
  judge('CPU to the list of tools, of server-memory', ratio(rounds, 'cpuMs', 'server-memory'), CPU_MEMORY, ' x'),
  judge('memory after the list, of bare', ratio(rounds, 'rssBytes', 'bare'), RSS_BARE, ' x'),
  judge('list of tools', largest(rounds, 'listBytes'), LIST_BYTES, ' B', true),
  judge('processes', largest(rounds, 'processes'), 1, '', true),
  judge('lines on stdout that are not JSON-RPC', largest(rounds, 'strayLines'), 0, '', true),
];

function overview(rounds: readonly Round[]): string {
  const names: ServerName[] = ['blog-publisher', 'bare', 'server-memory'];
  const row = (what: string, measure: Measure, digits = 1, scale = 1): string[] => [
    what,
    ...names.map((name) => {
      const value = over(rounds, (round) => round[name][measure]);
      return number(value === null ? null : value / scale, digits);
    }),
  ];
  return table([
    ['median', ...names],
    row('CPU to the list of tools, ms', 'cpuMs'),
    row('wall time to it, ms', 'wallMs'),
    row('memory after it, MiB', 'rssBytes', 1, 1024 * 1024),
    row('list of tools, bytes', 'listBytes', 0),
    row('first call, ms', 'firstCallMs', 2),
    row('later calls, ms', 'laterCallMs', 2),
    row('processes', 'processes', 0),
    row('stray lines', 'strayLines', 0),
  ]);
}

/** `npm run bench:startup`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '15' },
      check: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (values.help || !Number.isSafeInteger(runs) || runs < 1) {
    process[values.help ? 'stdout' : 'stderr'].write(HELP);
    return values.help ? 0 : 2;
  }
  await buildStale();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'deputies-bench-')));
  try {
    const rounds = await measureRounds(runs, folder);
    const verdicts = judgeRounds(rounds);
    if (values.json) process.stdout.write(`${JSON.stringify({ verdicts, rounds }, null, 2)}\n`);
    else {
      process.stdout.write(`${overview(rounds)}\n${verdictTable(verdicts)}`);
      if (process.platform !== 'linux') {
        process.stdout.write('\nCPU time, memory and processes are read from /proc, which is only on Linux.\n');
      }
    }
    return exitStatus(verdicts, values.check);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
