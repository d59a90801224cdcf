import { CommanderError, type Command } from 'commander';
import type { ListedFault } from '../../../verifier/fault-list.ts';
import type { ExportVerdict } from '../../../verifier/verify-export.ts';
import { describe, printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';
import { KEY_HELP, KEY_OPTION } from './trusted-key.ts';
import { noteWhatToKnow } from './verify-notes.ts';
import { CHECKPOINT_HELP, CHECKPOINT_OPTION, verifyWithBar, whatToVerify } from './verify-with-bar.ts';

interface VerifyOptions {
  readonly checkpoint?: string;
  readonly key?: string;
}

async function run(session: Session, given: string, options: VerifyOptions): Promise<void> {
  const verdict = await verifyWithBar(await whatToVerify(given, options));
  if (session.options.json) printJson(asJson(verdict));
  else print(verdict, options);
  // All is printed: this only ends the command with its status.
  if (!verdict.ok) throw new CommanderError(1, 'deputies.audit.verify', 'The log does not hold.');
}

function asJson(verdict: ExportVerdict) {
  const { ok, entries, treeSize } = verdict;
  if (verdict.ok) {
    const { payloads, released, acts, keys, refusedRows, unsignedPolicies, breaks } = verdict.counts;
    return {
      ok,
      entries,
      treeSize,
      counts: {
        payloads: payloads && { ...payloads },
        released: { ...released },
        acts,
        keys,
        refusedRows,
        unsignedPolicies: [...unsignedPolicies],
        breaks: [...breaks],
      },
    };
  }
  const { code, reason, firstBad, faults, furtherFaults } = verdict;
  return {
    ok,
    entries,
    treeSize,
    ...(firstBad !== undefined && { firstBad }),
    code,
    reason,
    faults: faults.map((fault) => ({ ...fault })),
    furtherFaults: { ...furtherFaults },
  };
}

function print(verdict: ExportVerdict, { key, checkpoint }: VerifyOptions): void {
  if (!verdict.ok) {
    printLines(
      `DOES NOT HOLD: ${verdict.reason}`,
      ...describe({ code: verdict.code, 'first bad entry': verdict.firstBad, 'entries read': verdict.entries }),
    );
    if (verdict.faults.length > 1) printLines('', 'All that was found:', ...verdict.faults.map(asLine));
    for (const [code, count] of Object.entries(verdict.furtherFaults)) printLines(`and ${count} more of ${code}`);
    return;
  }
  const { payloads, released, acts, keys } = verdict.counts;
  noteWhatToKnow(verdict);
  printLines(
    `${verdict.entries} entries hold.`,
    ...describe({
      'signed with': key === undefined ? 'the key of the export itself' : 'the key that you gave',
      continues: checkpoint === undefined ? 'nothing to compare with' : 'the checkpoint that you kept',
      changes: `${released.approval} approved, ${released.task} under a task, ${released.policy} by policy`,
      'acts of people': acts,
      'keys enrolled': keys,
      payloads: payloads ? `${payloads.present} there, ${payloads.missing} deleted on record` : 'not in this export',
    }),
  );
}

const asLine = ({ index, code, reason }: ListedFault): string =>
  `  ${index === undefined ? '' : `entry ${index}: `}${reason} (${code})`;

/** `deputies audit verify`: whether an exported log is whole and true, without a backend. */
export function addVerify(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('verify <folder>')
    .description('verify an exported log, offline; ends with 0 only if everything holds')
    .option(CHECKPOINT_OPTION, CHECKPOINT_HELP)
    .option(KEY_OPTION, KEY_HELP)
    .action(async (folder: string, options: VerifyOptions, command: Command) => run(open(command), folder, options));
}
