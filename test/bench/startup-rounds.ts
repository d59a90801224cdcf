import { listMaxBytes } from '../surface/list-bounds.ts';
import { judge, type Verdict } from './bounds.ts';
import { measureAtOnce, measureStart, type StartupRun } from './startup-run.ts';
import { measuredServers, OWN_SERVERS, type ServerName } from './startup-servers.ts';
import { median } from './statistics.ts';
import { number, table } from './table.ts';

/** Largest CPU time and resident memory against the bare program's, CPU time against server-memory's. */
const CPU_BARE = 4.3;
const RSS_BARE = 1.5;
const CPU_MEMORY = 0.5;

/** Our servers at once, and beside them as many of each of the others at once. */
const AT_ONCE = ['all of ours at once', 'as many bare at once', 'as many server-memory at once'] as const;
type Subject = ServerName | (typeof AT_ONCE)[number];

/** Fresh processes of everything that is measured, one after another. */
export type Round = Readonly<Record<Subject, StartupRun>>;
type Measure = keyof StartupRun;

/** @param folder - temporary and real (free of links). One round more comes first: it finds cold caches. */
export async function measureRounds(runs: number, folder: string): Promise<Round[]> {
  const servers = measuredServers(folder);
  const named = (name: ServerName) => servers.filter((server) => server.name === name);
  const own = servers.filter(({ name }) => OWN_SERVERS.some((each) => each === name));
  const groups = [own, ...(['bare', 'server-memory'] as const).map((name) => own.flatMap(() => named(name)))];
  const rounds: Round[] = [];
  for (let count = 0; count <= runs; count += 1) {
    const round: Partial<Record<Subject, StartupRun>> = {};
    for (const server of servers) round[server.name] = await measureStart(server);
    for (const [index, subject] of AT_ONCE.entries()) round[subject] = await measureAtOnce(groups[index] ?? []);
    if (count > 0) rounds.push(round as Round);
  }
  return rounds;
}

/** @returns null where any round has no such number. */
function over(rounds: readonly Round[], of: (round: Round) => number | null): number | null {
  const values = rounds.map(of).filter((value) => value !== null);
  return values.length === rounds.length ? median(values) : null;
}

const ratio = (rounds: readonly Round[], measure: Measure, ours: Subject, other: Subject): number | null =>
  over(rounds, (round) => {
    const [one, two] = [round[ours][measure], round[other][measure]];
    return one === null || two === null ? null : one / two;
  });

function largest(rounds: readonly Round[], measure: Measure, ours: Subject): number | null {
  const values = rounds.map((round) => round[ours][measure]);
  return values.reduce((most, value) => (most === null || value === null ? null : Math.max(most, value)));
}

/** The promises about one of our servers, or about all at once. A ratio is the median of the rounds' ratios. */
function judgeSubject(
  rounds: readonly Round[],
  [ours, bare, memory]: readonly [Subject, Subject, Subject],
  processes: number,
): Verdict[] {
  return [
    judge(`${ours}: CPU to the list of tools, of bare`, ratio(rounds, 'cpuMs', ours, bare), CPU_BARE, ' x'),
    judge(`${ours}: the same, of server-memory`, ratio(rounds, 'cpuMs', ours, memory), CPU_MEMORY, ' x'),
    judge(`${ours}: memory after the list, of bare`, ratio(rounds, 'rssBytes', ours, bare), RSS_BARE, ' x'),
    judge(`${ours}: processes`, largest(rounds, 'processes', ours), processes, '', true),
    judge(`${ours}: lines on stdout that are not JSON-RPC`, largest(rounds, 'strayLines', ours), 0, '', true),
  ];
}

export const judgeRounds = (rounds: readonly Round[]): Verdict[] => [
  ...OWN_SERVERS.flatMap((ours) => [
    ...judgeSubject(rounds, [ours, 'bare', 'server-memory'], 1),
    judge(`${ours}: list of tools`, largest(rounds, 'listBytes', ours), listMaxBytes(ours), ' B', true),
  ]),
  ...judgeSubject(rounds, AT_ONCE, OWN_SERVERS.length),
];

/** The medians of all that was measured. */
export function overview(rounds: readonly Round[]): string {
  const row = (subject: Subject): string[] => {
    const shown = (measure: Measure, digits: number, scale = 1): string => {
      const value = over(rounds, (round) => round[subject][measure]);
      return number(value === null ? null : value / scale, digits);
    };
    return [
      subject,
      shown('cpuMs', 1),
      shown('wallMs', 1),
      shown('rssBytes', 1, 1024 * 1024),
      shown('listBytes', 0),
      shown('firstCallMs', 2),
      shown('laterCallMs', 2),
    ];
  };
  const subjects: readonly Subject[] = [...OWN_SERVERS, 'bare', 'server-memory', ...AT_ONCE];
  const head = ['median', 'CPU ms', 'wall ms', 'MiB', 'list B', 'first call ms', 'later calls ms'];
  return table([head, ...subjects.map(row)]);
}
