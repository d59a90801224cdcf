import type { JsonObject } from '@narrow-deputies/contracts';
import { Option, type Command } from 'commander';
import { QUERY_PAGE_MAX } from '../../../audit/query-arguments.ts';
import { selfReportedWords } from '../../../audit/self-reported.ts';
import { note, printLines, printTable } from '../../output.ts';
import type { PersonClient } from '../../person-client.ts';
import type { Session } from '../../session.ts';
import { jsonDocument, jsonLine } from '../../visible-json.ts';
import { csvHeading, csvLines } from './as-text.ts';
import { ago, collect, moment, wholeNumber } from './options.ts';
import { printThread } from './thread.ts';

/** Most entries of one question; more is a matter of exporting the log. */
const LIMIT_MAX = 100_000;

interface QueryOptions {
  readonly since?: string;
  readonly from?: string;
  readonly trace?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly follow?: string;
  readonly jsonl?: true;
  readonly csv?: true;
}

/** Options that are arguments of the question by the same name. */
const SAME = [
  'to',
  'agent',
  'owner',
  'person',
  'client',
  'run',
  'tool',
  'decision',
  'outcome',
  'code',
  'rule',
] as const;
const ALSO = ['resource', 'plan', 'task'] as const;

function questionOf(options: QueryOptions): JsonObject {
  const given = options as unknown as JsonObject;
  const from = options.from ?? options.since;
  return {
    ...Object.fromEntries(
      [...SAME, ...ALSO].flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
    ),
    ...(from !== undefined && { from }),
    ...(options.trace !== undefined && { traceId: options.trace }),
  };
}

interface Page {
  readonly entries: JsonObject[];
  readonly people: Readonly<Record<string, string>>;
  /** Where to go on; null at the end. */
  readonly nextCursor: string | null;
}

/** Pages until there are as many entries as were asked for, or no more. */
async function* pagesOf(client: PersonClient, options: QueryOptions): AsyncGenerator<Page> {
  const question = questionOf(options);
  let { limit: left, cursor } = options;
  while (left > 0) {
    const limit = Math.min(left, QUERY_PAGE_MAX);
    const answer = await client.call('query_audit', { ...question, limit, ...(cursor !== undefined && { cursor }) });
    const page = answer as unknown as Page;
    yield page;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
    left -= page.entries.length;
  }
}

async function query(session: Session, options: QueryOptions): Promise<void> {
  const pages = pagesOf(await session.client(), options);
  let next: string | null = null;
  const streamed = options.jsonl ?? options.csv ?? false;
  const collected: JsonObject[] = [];
  let people: Page['people'] = {};
  if (options.csv) process.stdout.write(csvHeading());
  for await (const page of pages) {
    next = page.nextCursor;
    people = page.people;
    if (options.jsonl) process.stdout.write(page.entries.map((entry) => `${jsonLine(entry)}\n`).join(''));
    else if (options.csv) process.stdout.write(csvLines(page.entries));
    else collected.push(...page.entries);
  }
  if (session.options.json && !streamed) {
    process.stdout.write(`${jsonDocument({ entries: collected, nextCursor: next, people: { ...people } })}\n`);
    return;
  }
  if (!streamed) printEntries(collected, people);
  if (next !== null) note(`There is more: go on with --cursor ${next}`);
}

function printEntries(entries: readonly JsonObject[], people: Page['people']): void {
  if (entries.length === 0) return printLines('No entry says that.');
  const nameOf = (id: JsonObject[string] | undefined): JsonObject[string] =>
    typeof id === 'string' ? (people[id] ?? id) : null;
  const rows = entries.map((entry) => ({
    ...entry,
    who: entry['person'] === null ? (entry['agent'] ?? entry['source'] ?? 'the backend') : nameOf(entry['person']),
    for: nameOf(entry['owner']),
    ended: `${String(entry['code'] ?? entry['outcome'] ?? '-')}${selfReportedWords(entry)}`,
    because: (entry['rules'] as string[] | undefined)?.join(', ') ?? null,
  }));
  printTable(rows, {
    TIME: 'time',
    WHO: 'who',
    FOR: 'for',
    TOOL: 'tool',
    ENDED: 'ended',
    BECAUSE: 'because',
    PLAN: 'plan',
    ENTRY: 'auditId',
  });
}

async function follow(session: Session, id: string): Promise<void> {
  const thread = await (await session.client()).call('follow_audit', { id });
  if (session.options.json) process.stdout.write(`${jsonDocument(thread)}\n`);
  else printThread(thread);
}

/** `deputies audit query`: what the log says about a time, somebody, a tool, a record; and one thread through it. */
export function addQuery(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('query')
    .description('find entries by what they say, newest first; everything that is given has to hold')
    .addOption(new Option('--since <time>', 'not older than, like 30m, 24h or 7d').argParser(ago).conflicts('from'))
    .option('--from <time>', 'from then on (RFC 3339, or a day)', moment)
    .option('--to <time>', 'until then', moment)
    .option('--agent <role>', 'by agents of this role, like support-agent')
    .option('--owner <person>', 'by agents that act for this person, by name or id')
    .option('--person <person>', 'by this person themselves, or about them')
    .option('--client <id>', 'by this client, like ticket-handler')
    .option('--run <id>', 'in this run of a server')
    .option('--tool <name>', 'of this tool or act; * and ? stand for others, like "commit_*"; repeat for more', collect)
    .addOption(new Option('--decision <word>', 'decided so').choices(['allow', 'require_approval', 'deny']))
    .addOption(new Option('--outcome <word>', 'ended so').choices(['succeeded', 'pending', 'refused', 'failed']))
    .option('--code <code>', 'refused with this code, like denied_by_policy')
    .option('--rule <name>', 'decided by this rule, or by check:<name>')
    .option('--resource <type:id>', 'about this record, like ticket:1842')
    .option('--trace <id>', 'in this trace')
    .option('--plan <id>', 'about this plan')
    .option('--task <id>', 'resting on this task, or about it')
    .option('--limit <n>', 'how many at most', wholeNumber(LIMIT_MAX), 50)
    .option('--cursor <place>', 'go on where an earlier answer ended')
    .addOption(
      new Option('--follow <id>', 'show one thread: all that led to an entry or a plan, and what came of it').conflicts(
        ['jsonl', 'csv'],
      ),
    )
    .addOption(new Option('--jsonl', 'one entry as JSON on each line').conflicts('csv'))
    .option('--csv', 'comma-separated values (RFC 4180)')
    .action(async (options: QueryOptions, command: Command) => {
      const session = open(command);
      await (options.follow === undefined ? query(session, options) : follow(session, options.follow));
    });
}
