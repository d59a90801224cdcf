import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Step } from '../../../data/progress.ts';
import type { ExportToVerify, ExportVerdict } from '../../../verifier/verify-export.ts';
import { Failure } from '../../failure.ts';
import { note } from '../../output.ts';
import { progress } from '../../progress.ts';
import { readGiven, trustedKey } from './trusted-key.ts';

export const CHECKPOINT_OPTION = '--checkpoint <file>';
export const CHECKPOINT_HELP = 'a checkpoint of this log that was kept elsewhere';

/** An exported folder with what it is verified by; says loudly what is not proved without that. @throws Failure */
export async function whatToVerify(
  given: string,
  options: { readonly checkpoint?: string; readonly key?: string },
): Promise<ExportToVerify> {
  const folder = resolve(given);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Failure('no_export', `${folder} is no folder. "audit export" makes one.`);
  const kept = options.checkpoint === undefined ? undefined : await readGiven(options.checkpoint, 'The checkpoint');
  const key = await trustedKey(options.key, 'the export');
  if (!kept) note('Without --checkpoint nobody can tell that the end of the log was not left out.');
  return { folder, key, kept };
}

/** Verifies an exported log, and tells the person at the terminal how far it has come. */
export async function verifyWithBar(given: ExportToVerify): Promise<ExportVerdict> {
  // Nothing of the backend is loaded for it but this program itself.
  const { verifyExport } = await import('../../../verifier/verify-export.ts');
  let bar: Step | undefined;
  const onProgress = (done: number, total: number): void => (bar ??= progress('Verifying', total)).at(done);
  let verdict: ExportVerdict | undefined;
  try {
    verdict = await verifyExport({ ...given, onProgress });
    return verdict;
  } finally {
    bar?.end(verdict?.ok ? verdict.entries : undefined);
  }
}
