import { open as openFile, rm, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import type { Command } from 'commander';
import { errorCode } from '../../common/error-code.ts';
import { Failure } from '../failure.ts';
import { printJson, printLines, printTable } from '../output.ts';
import type { PersonClient } from '../person-client.ts';
import type { Session } from '../session.ts';

type OpenSession = (command: Command) => Session;

const UNUSABLE: Readonly<Record<string, string>> = {
  EEXIST: 'It exists already; choose another name.',
  ENOENT: 'Its folder does not exist.',
  ENOTDIR: 'Its folder does not exist.',
  EACCES: 'It cannot be written there.',
  EISDIR: 'It is a folder; name a file.',
};

/** What is left to say when the backend may have handed the file out, and it did not arrive. */
const MAYBE_LOST = 'If "exports list" says that it was fetched, it is lost: have it exported again.';

async function receive(client: PersonClient, exportId: string, file: FileHandle): Promise<JsonObject> {
  const { content, ...facts } = await client.call('fetch_export', { exportId }).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== 'unavailable') throw error;
    throw new Failure(error.code, `${error.message}\n${MAYBE_LOST}`);
  });
  const bytes = Buffer.from(String(content), 'base64');
  if (digestOfBytes(bytes) !== facts['digest']) {
    throw new Failure(
      'damaged',
      'What arrived is not the file of the receipt, and it is lost: have it exported again.',
    );
  }
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    const why = errorCode(error) ?? 'the disk refused it';
    throw new Failure('not_written', `The file could not be written (${why}) and is lost: have it exported again.`);
  }
  return facts;
}

async function fetch(session: Session, exportId: string, out: string): Promise<void> {
  const path = resolve(out);
  const client = await session.client();
  // Made before the file is asked for: a name that does not work must not use the export up.
  const file = await openFile(path, 'wx', 0o600).catch((error: unknown) => {
    throw new Failure('unusable_file', `${path}: ${UNUSABLE[errorCode(error) ?? ''] ?? 'It cannot be made.'}`);
  });
  let facts: JsonObject;
  try {
    facts = await receive(client, exportId, file);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  const { rowCount = null, digest = null } = facts;
  if (session.options.json) return printJson({ path, rowCount, digest });
  printLines(`${String(rowCount)} rows in ${path} (${String(digest)}).`);
}

/** `deputies exports …`: the files that agents had sealed. */
export function addExports(program: Command, open: OpenSession): void {
  const exports = program.command('exports').description('files that agents had sealed for you');

  exports
    .command('fetch <exportId>')
    .description('take a file out, once; it is erased in the backend')
    .requiredOption('--out <file>', 'a file that does not exist yet; only you can read it')
    .action(async (exportId: string, options: { out: string }, command: Command) =>
      fetch(open(command), exportId, options.out),
    );

  exports
    .command('list')
    .description('list your exports')
    .action(async (_options: unknown, command: Command) => {
      const session = open(command);
      const rows = (await (await session.client()).call('list_exports', {}))['exports'] as JsonObject[];
      if (session.options.json) return printJson(rows);
      if (rows.length === 0) return printLines('Nothing was exported.');
      printTable(rows, {
        EXPORT: 'exportId',
        ROWS: 'rowCount',
        STATE: 'state',
        MADE: 'createdAt',
        EXPIRES: 'expiresAt',
      });
    });
}
