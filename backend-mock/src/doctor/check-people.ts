import { stat } from 'node:fs/promises';
import { Database } from '../database/database.ts';
import { FIRST_PEOPLE } from '../people/first-people.ts';
import { readKeyFile } from '../people/key-file.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const ENROL = 'Run "npm run deputies -- people enrol" on a terminal.';

/**
 * The active keys of each person in the store, by name.
 *
 * @param location `postgres://…`, or the path of a SQLite file.
 * @returns undefined where there is no store, or none that can be read.
 */
async function enrolledKeys(location: string): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const isFile = !/^postgres(ql)?:\/\//.test(location);
  // Opening a file that does not exist would make it.
  if (isFile && !(await stat(location).catch(() => undefined))) return undefined;
  const database = new Database({ location });
  try {
    const rows = await database.db
      .selectFrom('people')
      .innerJoin('person_keys', 'person_keys.person_id', 'people.id')
      .select(['people.name', 'person_keys.keyid'])
      .where('person_keys.state', '=', 'active')
      .execute();
    const keys = new Map<string, string[]>();
    for (const { name, keyid } of rows) keys.set(name, [...(keys.get(name) ?? []), keyid]);
    return keys;
  } catch {
    return undefined;
  } finally {
    await database.close().catch(() => undefined);
  }
}

/** Whether those who approve can: a key on this machine, and the same one in the store. No passphrase is asked for. */
export async function checkPeople(folder: string, location: string): Promise<Finding[]> {
  const enrolled = await enrolledKeys(location);
  return Promise.all(FIRST_PEOPLE.map(({ name }) => checkPerson(name, folder, enrolled)));
}

async function checkPerson(
  person: string,
  folder: string,
  enrolled: ReadonlyMap<string, readonly string[]> | undefined,
): Promise<Finding> {
  const name = `people: ${person}`;
  let keyid: string | undefined;
  try {
    keyid = (await readKeyFile(folder, person))?.keyid;
  } catch {
    return fail(name, `the key file of ${person} in ${folder} is damaged`, 'Restore it from a copy.');
  }
  const known = enrolled?.get(person) ?? [];
  if (keyid === undefined) {
    return known.length > 0
      ? warn(name, `enrolled, but ${folder} has no key of ${person}`, 'Set DEPUTIES_PEOPLE to the folder that has it.')
      : warn(name, `${person} is not enrolled and cannot approve yet`, ENROL);
  }
  if (!enrolled) return warn(name, 'has a key; the store could not be read to compare it', 'Start the backend once.');
  if (known.includes(keyid)) return ok(name, `enrolled, with an encrypted key in ${folder}`);
  if (known.length === 0) return warn(name, `${person} has a key that is not enrolled yet`, ENROL);
  return fail(
    name,
    `the key of ${person} in ${folder} is not the one that is enrolled in this store`,
    'Set DEPUTIES_PEOPLE to the folder with the enrolled key, or --home to the home that this key belongs to.',
  );
}
