import { listKeyFiles } from '../people/key-file.ts';
import { enrolledPeople, type EnrolledPerson } from './enrolled-people.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const INVITE = 'Where the store is, run "npm run deputies -- people invite --first owner" and open the link.';

/** Where people use passkeys only: whether somebody can administer, and no key lies about that would not count. */
export async function checkPasskeys(folder: string, location: string): Promise<Finding[]> {
  return [await checkFolder(folder), checkAdministrators(await enrolledPeople(location))];
}

async function checkFolder(folder: string): Promise<Finding> {
  const name = 'people: private keys';
  const files = await listKeyFiles(folder).catch(() => undefined);
  if (!files) return warn(name, `${folder} cannot be read`, 'Run this as the user of the backend.');
  if (files.length === 0) return ok(name, `none lie in ${folder}`);
  return fail(
    name,
    `${folder} holds ${files.join(', ')}; the backend will not start beside them`,
    'Move them to the machine where you develop, or set DEPUTIES_PEOPLE to an empty folder.',
  );
}

function checkAdministrators(people: readonly EnrolledPerson[] | undefined): Finding {
  const name = 'people: administrators';
  if (!people) return warn(name, 'the store could not be read', 'Start the backend once, or run this as its user.');
  const enrolled = people.filter(({ passkeys }) => passkeys > 0);
  const administrators = enrolled.filter(({ roles }) => roles.includes('administrator')).map((each) => each.name);
  if (administrators.length === 0) return warn(name, 'no administrator has a passkey yet', INVITE);
  return ok(name, `${administrators.join(', ')}; ${enrolled.length} of ${people.length} people have a passkey`);
}
