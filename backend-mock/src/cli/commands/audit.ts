import type { JsonObject } from '@narrow-deputies/contracts';
import { InvalidArgumentError, type Command } from 'commander';
import { printJson, printLines, printTable } from '../output.ts';
import type { Session } from '../session.ts';

const limit = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new InvalidArgumentError('A whole number from 1 to 1000.');
};

/** `deputies audit …`: what happened, and what was refused. */
export function addAudit(program: Command, open: (command: Command) => Session): void {
  const audit = program.command('audit').description('the audit log');

  audit
    .command('list')
    .description('list entries, newest first')
    .option('--plan <id>', 'only entries about this plan')
    .option('--limit <n>', 'how many at most', limit, 50)
    .action(async (options: { plan?: string; limit: number }, command: Command) => {
      const session = open(command);
      const { entries } = await (
        await session.client()
      ).call('list_audit', { limit: options.limit, ...(options.plan !== undefined && { plan: options.plan }) });
      const rows = (entries as JsonObject[]).map((entry) => ({ ...entry, planId: entry['plan'] ?? null }));
      if (session.options.json) return printJson(rows);
      if (rows.length === 0) return printLines('No entries.');
      printTable(rows, {
        TIME: 'time',
        TOOL: 'tool',
        OUTCOME: 'outcome',
        CODE: 'code',
        DECISION: 'decision',
        CLIENT: 'client',
        PLAN: 'planId',
      });
    });
}
