import type { JsonObject } from '@narrow-deputies/contracts';
import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import { printJson, printLines, printTable } from '../output.ts';
import type { Session } from '../session.ts';

type OpenSession = (command: Command) => Session;

const KINDS = ['token', 'agent', 'tool', 'everything'] as const;

async function suspend(session: Session, kind: string, target: string, reason: string | undefined): Promise<void> {
  if (!KINDS.some((known) => known === kind)) {
    throw new Failure('unknown_kind', `What can be suspended: ${KINDS.join(', ')}.`);
  }
  if ((kind === 'everything') !== (target === '')) {
    throw new Failure('no_target', kind === 'everything' ? 'Everything has no name.' : `Say which ${kind}.`);
  }
  const client = await session.client();
  const stop = await client.call('suspend', { kind, target, ...(reason !== undefined && { reason }) });
  if (session.options.json) return printJson(stop);
  printLines(
    stop['repeated'] === true ? 'It was suspended before.' : 'Suspended: the next call is refused.',
    session.hint(`To take it back: npm run deputies -- resume ${String(stop['suspensionId'])} --reason "…"`),
  );
}

/** `deputies suspend`, `resume` and `suspensions`: the stop button. */
export function addSuspend(program: Command, open: OpenSession): void {
  program
    .command('suspend <kind> [target]')
    .description('stop a token (by key), an agent (by role), a tool (by name) or everything, from the next call on')
    .option('--reason <text>', 'why; kept with the stop')
    .action(async (kind: string, target: string | undefined, options: { reason?: string }, command: Command) =>
      suspend(open(command), kind, target ?? '', options.reason),
    );

  program
    .command('resume <suspension>')
    .description('take a stop back; an administrator does, and says why')
    .requiredOption('--reason <text>', 'why it is safe again')
    .action(async (suspensionId: string, options: { reason: string }, command: Command) => {
      const session = open(command);
      const resumed = await (await session.client()).call('resume', { suspensionId, reason: options.reason });
      if (session.options.json) return printJson(resumed);
      printLines('Resumed.');
    });

  program
    .command('suspensions')
    .description('list what is suspended')
    .action(async (_options: unknown, command: Command) => {
      const session = open(command);
      const { suspensions } = await (await session.client()).call('list_suspensions', {});
      const rows = suspensions as JsonObject[];
      if (session.options.json) return printJson(rows);
      if (rows.length === 0) return printLines('Nothing is suspended.');
      printTable(rows, {
        STOP: 'suspensionId',
        KIND: 'kind',
        TARGET: 'target',
        BY: 'suspendedBy',
        SINCE: 'suspendedAt',
        REASON: 'reason',
      });
    });
}
