import { stat } from 'node:fs/promises';
import type { EnrolledPerson } from '@narrow-deputies/policy';
import { Settings } from '../common/settings.ts';
import { Database, type Reader } from '../database/database.ts';

/**
 * Everybody in a store who can sign a decision in an environment: who was not removed and has a passkey or, where that is
 * accepted, a key file.
 *
 * @param location `postgres://…`, or the path of a SQLite file.
 * @returns undefined where there is no store, none that can be read, or that of another environment.
 */
export async function approvingPeople(
  location: string,
  environment: string,
): Promise<readonly EnrolledPerson[] | undefined> {
  const isFile = !/^postgres(ql)?:\/\//.test(location);
  // Opening a file that does not exist would make it.
  if (isFile && !(await stat(location).catch(() => undefined))) return undefined;
  const database = new Database({ location });
  try {
    const { db } = database;
    const settings = db.selectFrom('settings').select('value').where('name', '=', 'environment');
    if ((await settings.executeTakeFirst())?.value !== environment) return undefined;
    return await peopleWhoSign(db, new Settings(environment));
  } catch {
    return undefined;
  } finally {
    await database.close().catch(() => undefined);
  }
}

/** The same, of a store that is open. */
export async function peopleWhoSign(db: Reader, { acceptsKeyFiles }: Settings): Promise<readonly EnrolledPerson[]> {
  const people = await db.selectFrom('people').select(['id', 'roles']).where('state', '=', 'active').execute();
  const passkeys = await db.selectFrom('passkeys').select('person_id').where('state', '=', 'active').execute();
  const keys = await db.selectFrom('person_keys').select('person_id').where('state', '=', 'active').execute();
  const signing = new Set((acceptsKeyFiles ? [...passkeys, ...keys] : passkeys).map(({ person_id: id }) => id));
  return people
    .filter(({ id }) => signing.has(id))
    .map(({ id, roles }) => ({ id, roles: JSON.parse(roles) as string[] }));
}
