import type { Command } from 'commander';
import { enrolWithKeys } from '../../start/enrol.ts';
import { Database } from '../../database/database.ts';
import { databaseOf, environmentOf } from '../../start/home.ts';
import { readReady } from '../../start/ready-file.ts';
import { printJson, printLines } from '../output.ts';
import { requireNewPassphrase } from '../passphrase.ts';
import type { Session } from '../session.ts';

async function enrol(session: Session): Promise<void> {
  const { home, env } = session;
  const environment = (await readReady(home.readyFile))?.environment ?? environmentOf(env);
  const passphrase = (): Promise<string> =>
    requireNewPassphrase(
      session.passphraseSource,
      'A passphrase for the keys of the first people (8 characters or more): ',
    );
  const database = new Database({ location: databaseOf(home, env) });
  try {
    const people = await enrolWithKeys({ database, environment, folder: session.peopleFolder, passphrase });
    if (session.options.json) return printJson(people.map(({ name, state }) => ({ name, state })));
    printLines(...people.map(({ name, state }) => `${name}: ${state}`), `Keys lie in ${session.peopleFolder}.`);
  } finally {
    await database.close();
  }
}

/** `deputies people …`: who approves. */
export function addPeople(program: Command, open: (command: Command) => Session): void {
  const people = program.command('people').description('people who approve');

  people
    .command('enrol')
    .description('give the first people (owner, reviewer) their first keys; opens the store directly')
    .action(async (_options: unknown, command: Command) => enrol(open(command)));
}
