import type { JsonObject } from '@narrow-deputies/contracts';
import type { Command } from 'commander';
import { selfReportedWords } from '../../../audit/self-reported.ts';
import { printJson, printLines, printTable } from '../../output.ts';
import type { Session } from '../../session.ts';
import { wholeNumber } from './options.ts';

const LISTED_MAX = 1000;

/** `deputies audit list`. */
export function addList(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('list')
    .description('list entries, newest first')
    .option('--plan <id>', 'only entries about this plan')
    .option('--limit <n>', 'how many at most', wholeNumber(LISTED_MAX), 50)
    .action(async (options: { plan?: string; limit: number }, command: Command) => {
      const session = open(command);
      const { entries } = await (
        await session.client()
      ).call('list_audit', { limit: options.limit, ...(options.plan !== undefined && { plan: options.plan }) });
      const rows = (entries as JsonObject[]).map((entry): JsonObject => ({ ...entry, planId: entry['plan'] ?? null }));
      if (session.options.json) return printJson(rows);
      if (rows.length === 0) return printLines('No entries.');
      const shown = rows.map((entry) => ({
        ...entry,
        ended: `${String(entry['code'] ?? '-')}${selfReportedWords(entry)}`,
      }));
      printTable(shown, {
        TIME: 'time',
        TOOL: 'tool',
        OUTCOME: 'outcome',
        CODE: 'ended',
        DECISION: 'decision',
        CLIENT: 'client',
        PLAN: 'planId',
      });
    });
}
