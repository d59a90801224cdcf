import type { Command } from 'commander';
import { Settings } from '../../../common/settings.ts';
import { enrolWithKeys } from '../../../start/enrol.ts';
import { environmentOf } from '../../../start/home.ts';
import { readReady } from '../../../start/ready-file.ts';
import { Failure } from '../../failure.ts';
import { printJson, printLines } from '../../output.ts';
import { requireNewPassphrase } from '../../passphrase.ts';
import type { Session } from '../../session.ts';

async function enrol(session: Session): Promise<void> {
  const { home, env } = session;
  const environment = (await readReady(home.readyFile))?.environment ?? environmentOf(env);
  if (!new Settings(environment).acceptsKeyFiles) {
    throw new Failure('passkeys_only', `In ${environment} people use passkeys: "people invite --first owner".`);
  }
  const passphrase = (): Promise<string> =>
    requireNewPassphrase(
      session.passphraseSource,
      'A passphrase for the keys of the first people (8 characters or more): ',
    );
  const database = await session.openToWrite();
  try {
    const people = await enrolWithKeys({ database, environment, folder: session.peopleFolder, passphrase });
    if (session.options.json) return printJson(people.map(({ name, state }) => ({ name, state })));
    printLines(...people.map(({ name, state }) => `${name}: ${state}`), `Keys lie in ${session.peopleFolder}.`);
  } finally {
    await database.close();
  }
}

/** `deputies people enrol`. */
export function addEnrol(people: Command, open: (command: Command) => Session): void {
  people
    .command('enrol')
    .description('development: give the first people (owner, reviewer) their first keys; opens the store directly')
    .action(async (_options: unknown, command: Command) => enrol(open(command)));
}
