import type { JsonObject } from '@narrow-deputies/contracts';
import { InvalidArgumentError, type Command } from 'commander';
import { formatMoney } from '../../common/money.ts';
import { rfc3339 } from '../../common/clock.ts';
import { Failure } from '../failure.ts';
import { printJson, printLines, printTable } from '../output.ts';
import type { Session } from '../session.ts';

type OpenSession = (command: Command) => Session;

interface GrantOptions {
  readonly client: string;
  readonly tool: string[];
  readonly resource: readonly [type: string, id: string];
  readonly upTo?: string;
  readonly currency?: string;
  readonly uses?: number;
  /** Milliseconds. */
  readonly for: number;
  readonly reason: string;
}

const collect = (value: string, previous: string[] = []): string[] => [
  ...previous,
  ...value.split(/[\s,]+/).filter(Boolean),
];

function record(text: string): [string, string] {
  const [, type, id] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  if (type !== undefined && id !== undefined) return [type, id];
  throw new InvalidArgumentError('A record is written like ticket:1842.');
}

const UNITS = { m: 60_000, h: 3_600_000 } as const;

function duration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([mh])$/.exec(text) ?? [];
  if (count !== undefined && (unit === 'm' || unit === 'h')) return Number(count) * UNITS[unit];
  throw new InvalidArgumentError('A time is written like 30m or 2h.');
}

function times(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new InvalidArgumentError('A whole number from 1 to 1000.');
}

async function grant(session: Session, options: GrantOptions): Promise<void> {
  const { upTo, currency, uses, resource } = options;
  if ((upTo === undefined) !== (currency === undefined)) {
    throw new Failure('no_currency', 'A sum has a currency: --up-to 50.00 --currency EUR.');
  }
  const client = await session.client();
  const task = await client.call('grant_task', {
    clientId: options.client,
    tools: options.tool,
    resourceType: resource[0],
    resourceId: resource[1],
    ...(upTo !== undefined && { upTo }),
    ...(currency !== undefined && { currency }),
    ...(uses !== undefined && { uses }),
    expiresAt: rfc3339(Date.now() + options.for),
    reason: options.reason,
  });
  if (session.options.json) return printJson(task);
  const row = inWords(task);
  printLines(
    `Until ${String(row['expiresAt'])}, ${options.client} may commit ${String(row['tools'])} on ${String(row['resource'])}: ${String(row['used'])}.`,
    session.hint(`To end it before: npm run deputies -- tasks revoke ${String(task['taskId'])}`),
  );
}

/** A task with its parts as a person reads them. */
function inWords(task: JsonObject): JsonObject {
  const { type, id } = task['resource'] as { type: string; id: string };
  const sum = task['sum'] as { maximum: number; currency: string } | null;
  const money = sum && [
    `${formatMoney({ amount: Number(task['spent']), currency: sum.currency })} of ${formatMoney({ amount: sum.maximum, currency: sum.currency })}`,
  ];
  const uses =
    task['usesMaximum'] === null
      ? `${String(task['uses'])} times`
      : `${String(task['uses'])} of ${String(task['usesMaximum'])} times`;
  return {
    ...task,
    tools: (task['tools'] as string[]).join(', '),
    resource: `${type}:${id}`,
    used: [...(money ?? []), uses].join(', '),
  };
}

/** `deputies tasks …`: changes of one record that somebody approves beforehand. */
export function addTasks(program: Command, open: OpenSession): void {
  const tasks = program
    .command('tasks')
    .description('changes of one record that you approve beforehand, within bounds');

  tasks
    .command('grant')
    .description('let an agent of yours commit some changes of one record without asking each time')
    .requiredOption('--client <id>', 'which of your agents, as "token list" names its client')
    .requiredOption('--tool <name>', 'a commit tool; repeat for more', collect)
    .requiredOption('--resource <type:id>', 'the record, like ticket:1842', record)
    .option('--up-to <amount>', 'how much money together, like 50.00; needed where a tool moves money')
    .option('--currency <code>', 'of that amount, like EUR')
    .option('--uses <n>', 'how many commits (default: as many as the sum and the time allow)', times)
    .requiredOption('--for <time>', 'how long, like 30m or 2h; at most 8h', duration)
    .requiredOption('--reason <text>', 'what it is for; kept with the task')
    .action(async (options: GrantOptions, command: Command) => grant(open(command), options));

  tasks
    .command('list')
    .description("list tasks, and how much of each is used; an administrator sees everybody's")
    .action(async (_options: unknown, command: Command) => {
      const session = open(command);
      const { tasks: rows } = (await (await session.client()).call('list_tasks', {})) as { tasks: JsonObject[] };
      if (session.options.json) return printJson(rows);
      if (rows.length === 0) return printLines('There are no tasks.');
      printTable(rows.map(inWords), {
        TASK: 'taskId',
        STATE: 'state',
        CLIENT: 'clientId',
        TOOLS: 'tools',
        RECORD: 'resource',
        USED: 'used',
        UNTIL: 'expiresAt',
        BY: 'grantedBy',
      });
    });

  tasks
    .command('revoke <task>')
    .description('end a task at once; what was committed under it stays')
    .action(async (taskId: string, _options: unknown, command: Command) => {
      const session = open(command);
      const revoked = await (await session.client()).call('revoke_task', { taskId });
      if (session.options.json) return printJson(revoked);
      printLines(revoked['repeated'] === true ? 'It was revoked before.' : 'Revoked: the next commit asks again.');
    });
}
