import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommanderError, type Command } from 'commander';
import type { Step } from '../../../data/progress.ts';
import type { ExportVerdict } from '../../../verifier/verify-export.ts';
import { Failure } from '../../failure.ts';
import { describe, note, printJson, printLines } from '../../output.ts';
import { progress } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { KEY_HELP, KEY_OPTION, readGiven, trustedKey } from './trusted-key.ts';

interface VerifyOptions {
  readonly checkpoint?: string;
  readonly key?: string;
}

async function run(session: Session, given: string, options: VerifyOptions): Promise<void> {
  const folder = resolve(given);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Failure('no_export', `${folder} is no folder. "audit export" makes one.`);
  const kept = options.checkpoint === undefined ? undefined : await readGiven(options.checkpoint, 'The checkpoint');
  const key = await trustedKey(options.key, 'the export');
  if (!kept) note('Without --checkpoint nobody can tell that the end of the log was not left out.');
  // Nothing of the backend is loaded for it but this program itself.
  const { verifyExport } = await import('../../../verifier/verify-export.ts');
  let bar: Step | undefined;
  const onProgress = (done: number, total: number): void => (bar ??= progress('Verifying', total)).at(done);
  let verdict: ExportVerdict | undefined;
  try {
    verdict = await verifyExport({ folder, key, kept, onProgress });
  } finally {
    bar?.end(verdict?.ok ? verdict.entries : undefined);
  }
  if (session.options.json) printJson(asJson(verdict));
  else print(verdict, options);
  // All is printed: this only ends the command with its status.
  if (!verdict.ok) throw new CommanderError(1, 'deputies.audit.verify', 'The log does not hold.');
}

function asJson(verdict: ExportVerdict) {
  const { ok, entries, treeSize } = verdict;
  if (verdict.ok) {
    const { payloads, released, acts, keys } = verdict.counts;
    return {
      ok,
      entries,
      treeSize,
      counts: { payloads: payloads && { ...payloads }, released: { ...released }, acts, keys },
    };
  }
  const { code, reason, firstBad } = verdict;
  return { ok, entries, treeSize, ...(firstBad !== undefined && { firstBad }), code, reason };
}

function print(verdict: ExportVerdict, { key, checkpoint }: VerifyOptions): void {
  if (!verdict.ok) {
    printLines(
      `DOES NOT HOLD: ${verdict.reason}`,
      ...describe({ code: verdict.code, 'first bad entry': verdict.firstBad, 'entries read': verdict.entries }),
    );
    return;
  }
  const { payloads, released, acts, keys } = verdict.counts;
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

/** `deputies audit verify`: whether an exported log is whole and true, without a backend. */
export function addVerify(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('verify <folder>')
    .description('verify an exported log, offline; ends with 0 only if everything holds')
    .option('--checkpoint <file>', 'a checkpoint of this log that was kept elsewhere')
    .option(KEY_OPTION, KEY_HELP)
    .action(async (folder: string, options: VerifyOptions, command: Command) => run(open(command), folder, options));
}
