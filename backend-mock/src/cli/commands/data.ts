import { rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { errorCode } from '../../common/error-code.ts';
import { Database } from '../../database/database.ts';
import { dropAll, migrate } from '../../database/migrate.ts';
import { databaseOf, environmentOf } from '../../start/home.ts';
import { refuseForeignStore } from '../../start/require-environment.ts';
import { isServing, readReady } from '../../start/ready-file.ts';
import { confirm } from '../confirm.ts';
import { Failure } from '../failure.ts';
import { printJson, printLines } from '../output.ts';
import type { Session } from '../session.ts';
import { importData, type ImportOptions } from './data-import.ts';

async function reset(session: Session, yes: boolean): Promise<void> {
  const { home, env } = session;
  const ready = await readReady(home.readyFile);
  if (ready && (await isServing(ready))) {
    throw new Failure('running', `The backend (process ${ready.pid}) still serves from ${home.folder}. Stop it first.`);
  }
  const location = databaseOf(home, env);
  const what = location === home.databaseFile ? location : 'the PostgreSQL database of DEPUTIES_DATABASE_URL';
  if (!yes) await confirm(`This deletes all data in ${what}, the audit log included.`);
  if (location === home.databaseFile) {
    for (const suffix of ['', '-wal', '-shm']) await rm(`${location}${suffix}`, { force: true });
  } else {
    const database = new Database({ location });
    try {
      await dropAll(database);
    } finally {
      await database.close();
    }
  }
  for (const file of [home.tokensFile, home.readyFile]) await rm(file, { force: true });
  const kept = await setAside(env['DEPUTIES_LOG_CHECKPOINTS'] ?? home.checkpoints);
  if (session.options.json) printJson({ reset: true });
  else {
    printLines(`${what} is empty. People's keys were kept; the next "npm start" begins anew with them.`);
    if (kept !== undefined) printLines(`What was signed of the old audit log lies in ${kept}.`);
  }
}

async function migrateStore({ home, env, options }: Session): Promise<void> {
  const database = new Database({ location: databaseOf(home, env) });
  try {
    await refuseForeignStore(database, environmentOf(env));
    await migrate(database);
  } finally {
    await database.close();
  }
  if (options.json) printJson({ migrated: true });
  else printLines('The store has the shape of this version.');
}

/** A new log begins: what was signed of the old one is evidence, and is kept beside. @returns where; undefined for nothing. */
async function setAside(folder: string): Promise<string | undefined> {
  const aside = `${folder}-until-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    await rename(folder, aside);
    return aside;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `deputies data …`: the store as a whole. */
export function addData(program: Command, open: (command: Command) => Session): void {
  const data = program.command('data').description('the store as a whole');

  data
    .command('import')
    .description('load customers and orders from CSV files: all or nothing, whether or not the backend runs')
    .option('--customers <file>', "customers, in Northwind's columns and, if you like, Email")
    .option('--orders <file>', "orders, in Northwind's columns")
    .option(
      '--currency <code>',
      'currency of every amount (ISO 4217); left out: EUR, and orders stored in another are a fault',
    )
    .option('--dry-run', 'check everything and say what would change; write nothing')
    .action(async (options: ImportOptions, command: Command) => importData(open(command), options));

  data
    .command('migrate')
    .description("bring the store to this version's shape, before any process of it starts")
    .action(async (_options: unknown, command: Command) => migrateStore(open(command)));

  data
    .command('reset')
    .description('delete all data; the backend has to be stopped')
    .option('--yes', 'do not ask')
    .action(async (options: { yes?: boolean }, command: Command) => reset(open(command), options.yes ?? false));
}
