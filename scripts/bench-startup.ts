import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitStatus } from '../test/bench/bounds.ts';
import { judgeRounds, measureRounds, overview } from '../test/bench/startup-rounds.ts';
import { verdictTable } from '../test/bench/table.ts';
import { buildStale } from './build.ts';

const HELP = `npm run bench:startup -- [options]    what a start of each server costs, beside two others

  --runs N    measured rounds (default 15); one more comes first and is thrown away
  --check     end with status 1 also where a bound on time or memory is passed
  --json      print one JSON document
  --help      this text

In turn, fresh processes of each server as a host launches it, of a program that speaks the protocol by hand with no
dependency ("bare": the floor), and of @modelcontextprotocol/server-memory; then all servers at once, beside as many of each
of the other two at once. CPU is counted up to the answer of tools/list, memory after it. A ratio is the median of the
rounds' ratios.
`;

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
