import { InvalidArgumentError, type Command } from 'commander';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  compilePolicy,
  durationMs,
  LONGEST_WINDOW,
  Replay,
  type CompiledPolicy,
  type RecordedVerdict,
  type ReplayResult,
} from '@narrow-deputies/policy';
import { Database } from '../../../database/database.ts';
import { declaredCatalogue } from '../../../policy/declared-tools.ts';
import { countEntries, recordedCalls } from '../../../policy/recorded-calls.ts';
import { databaseOf } from '../../../start/home.ts';
import { Failure } from '../../failure.ts';
import { printJson, printLines, printTable } from '../../output.ts';
import { progress } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { asJson } from './as-json.ts';
import { FILE_ARGUMENT, openPolicy } from './policy-file.ts';
import { requireStore } from './require-store.ts';

interface ReplayOptions {
  readonly since: number;
}

const since = (text: string): number => {
  if (/^[1-9]\d{0,3}[smhd]$/.test(text)) return durationMs(text);
  throw new InvalidArgumentError('A duration such as 24h or 7d.');
};

const said = ({ effect, approval }: RecordedVerdict): string =>
  effect === 'require_approval' ? `${effect} (${approval.replace('_', ' ')})` : effect;

/** Decides what is in the store again; nothing is written. */
async function decideAgain(database: Database, policy: CompiledPolicy, span: number): Promise<ReplayResult> {
  const to = (await database.now(database.db)) + 1;
  const from = to - span;
  // Further back than any rule looks, so that the first call that counts has its whole past.
  const stretch = { from: from - LONGEST_WINDOW, to };
  const replay = new Replay(policy);
  const bar = progress('Deciding again', await countEntries(database, stretch));
  let done = 0;
  try {
    for await (const recorded of recordedCalls(database, stretch)) {
      if (recorded) replay.add(recorded, recorded.call.time >= from);
      done += 1;
      if (done % 500 === 0) bar.at(done);
    }
  } finally {
    bar.end(done);
  }
  return replay.result();
}

const number = (count: number): string => count.toLocaleString('en-US');

function print(path: string, { calls, changed, groups }: ReplayResult): void {
  printLines(`${number(changed)} of ${number(calls)} calls would change under ${path}.`);
  if (groups.length === 0) return;
  printLines('');
  printTable(
    groups.map(({ tool, before, after, count, examples }) => ({
      count,
      tool,
      before: `${said(before)} by ${before.rules.join(', ')}`,
      after: `${said(after)} by ${after.rules.join(', ')}`,
      example: examples[0] ?? null,
    })),
    { CALLS: 'count', TOOL: 'tool', BEFORE: 'before', AFTER: 'after', 'FOR EXAMPLE': 'example' },
  );
}

/** `deputies policy replay`: what another policy would have done. */
export function addReplay(policy: Command, open: (command: Command) => Session): void {
  policy
    .command('replay')
    .description('decide what is in the log again under this policy, and say what would have been different')
    .argument('[file]', FILE_ARGUMENT)
    .option('--since <duration>', 'how far back', since, durationMs('31d'))
    .action(async (file: string | undefined, options: ReplayOptions, command: Command) => {
      const session = open(command);
      const opened = await openPolicy(file, session.env);
      const compiled = compilePolicy(opened.text, declaredCatalogue());
      if (!compiled.ok) {
        throw new Failure('invalid_policy', `${opened.path} cannot decide. "policy check" says what is wrong with it.`);
      }
      const location = databaseOf(session.home, session.env);
      await requireStore(location);
      const database = new Database({ location });
      try {
        const result = await decideAgain(database, compiled.policy, options.since);
        if (session.options.json) printJson({ file: opened.path, ...(asJson(result) as JsonObject) });
        else print(opened.path, result);
      } finally {
        await database.close();
      }
    });
}
