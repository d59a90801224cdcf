import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Step } from '../../../data/progress.ts';
import { exportLog, NotExported, type Exported } from '../../../log/export-log.ts';
import { Failure } from '../../failure.ts';
import { note, printJson, printLines } from '../../output.ts';
import { progress } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { withStore } from './with-store.ts';

async function run(session: Session, folder: string, payloads: boolean): Promise<void> {
  const path = resolve(folder);
  let bar: Step | undefined;
  let exported: Exported | undefined;
  try {
    exported = await withStore(session, (database) =>
      exportLog(database, path, {
        payloads,
        onBegin: (entries) => (bar = progress('Exporting', entries)),
        onProgress: (done) => bar?.at(done),
      }),
    );
  } catch (error) {
    throw error instanceof NotExported ? new Failure(error.code, error.message) : error;
  } finally {
    bar?.end(exported?.entries);
  }
  const { entries, checkpoint, key } = exported;
  if (session.options.json) return printJson({ path, entries, treeSize: entries, payloads, checkpoint, key });
  printLines(`${entries} entries in ${path}.`);
  note(
    `Keep a copy of ${path}/checkpoint and log.vkey where nobody who runs this backend can change them:`,
    'with these two, "audit verify" shows later that nothing before was rewritten or left out.',
  );
}

/** `deputies audit export`: the log as files that anybody can verify. */
export function addExport(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('export <folder>')
    .description(
      'write the whole log into an empty folder, with all that it takes to verify it; opens the store directly',
    )
    .option('--without-payloads', 'leave out what entries were about: arguments and results')
    .action(async (folder: string, options: { withoutPayloads?: boolean }, command: Command) =>
      run(open(command), folder, options.withoutPayloads !== true),
    );
}
