import { Settings } from '../common/settings.ts';
import type { Database } from '../database/database.ts';
import { adoptEntries } from '../log/adopt-entries.ts';
import { migrate } from '../database/migrate.ts';
import { ensureFirstPeople, enrolFirstKey } from '../people/first-people.ts';
import { createKeyFile, listKeyFiles, readKeyFile } from '../people/key-file.ts';
import { refuseForeignStore } from './require-environment.ts';

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

/**
 * Where people use passkeys only, a key on the machine is a mistake, or left over from development: nobody should come
 * to think that it counts.
 *
 * @throws Error for the person who started the process.
 */
export async function refuseKeyFiles(environment: string, folder: string): Promise<void> {
  if (new Settings(environment).acceptsKeyFiles) return;
  const files = await listKeyFiles(folder);
  if (files.length === 0) return;
  throw new Error(
    `Nothing of "${environment}" starts beside a private key: ${folder} holds ${files.join(', ')}. ` +
      'Here people use passkeys. Move the keys to the machine where you develop, or set DEPUTIES_PEOPLE to an empty folder.',
  );
}

/**
 * Gives a store its first people. In development each gets a key, made now or found in the folder, as far as a passphrase
 * can be had; elsewhere they wait for their passkeys.
 *
 * @throws Error beside a private key where none counts, or for the store of another environment.
 */
export async function enrolWithKeys(options: EnrolOptions): Promise<Enrolled[]> {
  const { database, environment, folder } = options;
  await refuseKeyFiles(environment, folder);
  await refuseForeignStore(database, environment);
  await migrate(database);
  await adoptEntries(database, environment);
  const { acceptsKeyFiles } = new Settings(environment);
  let asked: Promise<string | undefined> | undefined;
  const results: Enrolled[] = [];
  for (const { person, enrolled } of await ensureFirstPeople(database, environment)) {
    if (enrolled || !acceptsKeyFiles) {
      results.push({ name: person.name, state: enrolled ? 'enrolled before' : 'not enrolled' });
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
