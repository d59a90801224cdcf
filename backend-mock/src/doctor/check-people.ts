import { FIRST_PEOPLE } from '../people/first-people.ts';
import { readKeyFile } from '../people/key-file.ts';
import { enrolledPeople, type EnrolledPerson } from './enrolled-people.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const ENROL = 'Run "npm run deputies -- people enrol" on a terminal.';

/**
 * Whether those who approve can: a key on this machine, and the same one in the store; or a passkey. No passphrase is
 * asked for.
 */
export async function checkPeople(folder: string, location: string): Promise<Finding[]> {
  const enrolled = await enrolledPeople(location);
  return Promise.all(FIRST_PEOPLE.map(({ name }) => checkPerson(name, folder, enrolled)));
}

async function checkPerson(
  person: string,
  folder: string,
  enrolled: readonly EnrolledPerson[] | undefined,
): Promise<Finding> {
  const name = `people: ${person}`;
  let keyid: string | undefined;
  try {
    keyid = (await readKeyFile(folder, person))?.keyid;
  } catch {
    return fail(name, `the key file of ${person} in ${folder} is damaged`, 'Restore it from a copy.');
  }
  const known = enrolled?.find((each) => each.name === person);
  const keys = known?.keys ?? [];
  if (keyid === undefined) {
    if (known && known.passkeys > 0) return ok(name, 'enrolled, with a passkey');
    return keys.length > 0
      ? warn(name, `enrolled, but ${folder} has no key of ${person}`, 'Set DEPUTIES_PEOPLE to the folder that has it.')
      : warn(name, `${person} is not enrolled and cannot approve yet`, ENROL);
  }
  if (!enrolled) return warn(name, 'has a key; the store could not be read to compare it', 'Start the backend once.');
  if (keys.includes(keyid)) return ok(name, `enrolled, with an encrypted key in ${folder}`);
  if (keys.length === 0) return warn(name, `${person} has a key that is not enrolled yet`, ENROL);
  return fail(
    name,
    `the key of ${person} in ${folder} is not the one that is enrolled in this store`,
    'Set DEPUTIES_PEOPLE to the folder with the enrolled key, or --home to the home that this key belongs to.',
  );
}
