import type { JsonObject } from '@narrow-deputies/contracts';
import { CommanderError, type Command } from 'commander';
import { selfReportedWords } from '../../../audit/self-reported.ts';
import { note, printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';
import { jsonLine } from '../../visible-json.ts';
import { moment } from './options.ts';
import { KEY_HELP, KEY_OPTION } from './trusted-key.ts';
import { noteWhatToKnow } from './verify-notes.ts';
import { CHECKPOINT_HELP, CHECKPOINT_OPTION, verifyWithBar, whatToVerify } from './verify-with-bar.ts';

interface ReportOptions {
  readonly checkpoint?: string;
  readonly key?: string;
  readonly from?: string;
  readonly to?: string;
  readonly agent?: string;
  readonly owner?: string;
}

/** Times of entries are texts of one form, so that they are compared as texts. */
const isWanted = (entry: JsonObject, { from, to, agent, owner }: ReportOptions): boolean =>
  (from === undefined || String(entry['time']) >= from) &&
  (to === undefined || String(entry['time']) <= to) &&
  (agent === undefined || entry['agent'] === agent || entry['client'] === agent) &&
  (owner === undefined || entry['owner'] === owner);

const said = (value: JsonObject[string] | undefined): string => (typeof value === 'string' ? value : '-');

/** One line: when, which entry, who, what, how it ended, by which rules, and what the decision read of the arguments. */
function lineOf(index: number, entry: JsonObject): string {
  const { arguments: args } = entry['decisionInput'] as JsonObject;
  const rules = (entry['rules'] as string[]).join(', ');
  const who = entry['agent'] ?? entry['person'] ?? entry['kind'];
  return [
    said(entry['time']),
    `#${index}`,
    said(who),
    entry['owner'] === null ? '' : `for ${said(entry['owner'])}`,
    said(entry['tool']),
    said(entry['code'] ?? entry['outcome']) +
      (entry['repeated'] === true ? ' (repeated)' : '') +
      selfReportedWords(entry),
    rules === '' ? '' : `by ${rules}`,
    entry['plan'] === null ? '' : `plan ${said(entry['plan'])}`,
    args === undefined ? '' : JSON.stringify(args),
  ]
    .filter((part) => part !== '')
    .join('  ');
}

async function run(session: Session, folder: string, options: ReportOptions): Promise<void> {
  const given = await whatToVerify(folder, options);
  // Nothing is told before all of it was verified; and verified again while it is told, so that it is the same log.
  let verdict = await verifyWithBar(given);
  let told = 0;
  if (verdict.ok) {
    const onEntry = (index: number, entry: JsonObject): void => {
      if (!isWanted(entry, options)) return;
      told += 1;
      if (session.options.json) process.stdout.write(`${told === 1 ? '[' : ','}\n${jsonLine({ index, ...entry })}`);
      else printLines(lineOf(index, entry));
    };
    verdict = await verifyWithBar({ ...given, onEntry });
    if (session.options.json && (told > 0 || verdict.ok)) process.stdout.write(told === 0 ? '[]\n' : '\n]\n');
  }
  if (!verdict.ok) {
    if (session.options.json && told === 0) {
      const { ok, code, reason } = verdict;
      printJson({ ok, code, reason });
    }
    note(`DOES NOT HOLD: ${verdict.reason}`);
    // All is said: this only ends the command with its status.
    throw new CommanderError(1, 'deputies.audit.report', 'The log does not hold.');
  }
  noteWhatToKnow(verdict);
  note(`${told} of ${verdict.entries} entries. The whole log holds.`);
}

/** `deputies audit report`: what happened, in order, from an exported log that holds. */
export function addReport(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('report <folder>')
    .description('verify an exported log, then tell what happened, oldest first; offline')
    .option('--from <time>', 'from then on (RFC 3339, or a day)', moment)
    .option('--to <time>', 'until then', moment)
    .option('--agent <name>', 'by agents of this role, or by this client')
    .option('--owner <id>', 'by agents that act for this person, by pseudonymous id')
    .option(CHECKPOINT_OPTION, CHECKPOINT_HELP)
    .option(KEY_OPTION, KEY_HELP)
    .action(async (folder: string, options: ReportOptions, command: Command) => run(open(command), folder, options));
}
