import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { ensureFirstPeople, enrolFirstKey } from '../people/first-people.ts';
import { createKeyFile, readKeyFile } from '../people/key-file.ts';

export interface EnrolOptions {
  readonly database: Database;
  readonly environment: string;
  /** Where people's keys lie. */
  readonly folder: string;
  /** Asked at most once, and only when a key has to be made; undefined = there is nobody to ask. */
  readonly passphrase: () => Promise<string | undefined>;
}

export interface Enrolled {
  readonly name: string;
  readonly state: 'enrolled before' | 'enrolled' | 'not enrolled';
}

/** Gives each of the first people a key, made now or found in the folder, as far as a passphrase can be had. */
export async function enrolWithKeys(options: EnrolOptions): Promise<Enrolled[]> {
  const { database, environment, folder } = options;
  await migrate(database);
  let asked: Promise<string | undefined> | undefined;
  const results: Enrolled[] = [];
  for (const { person, enrolled } of await ensureFirstPeople(database, environment)) {
    if (enrolled) {
      results.push({ name: person.name, state: 'enrolled before' });
      continue;
    }
    let file = await readKeyFile(folder, person.name);
    if (!file) {
      asked ??= options.passphrase();
      const passphrase = await asked;
      file = passphrase === undefined ? undefined : await createKeyFile(folder, person.name, passphrase);
    }
    if (file) await enrolFirstKey(database, environment, person.name, file);
    results.push({ name: person.name, state: file ? 'enrolled' : 'not enrolled' });
  }
  return results;
}
