import { stat } from 'node:fs/promises';
import { Database } from '../database/database.ts';
import type { PersonRole } from '../people/people-repository.ts';

/** What somebody in the store can sign with. */
export interface EnrolledPerson {
  readonly name: string;
  readonly roles: readonly PersonRole[];
  /** Thumbprints of active keys of the command line. */
  readonly keys: readonly string[];
  /** How many active passkeys. */
  readonly passkeys: number;
}

/**
 * Everybody in a store who was not removed.
 *
 * @param location `postgres://…`, or the path of a SQLite file.
 * @returns undefined where there is no store, or none that can be read.
 */
export async function enrolledPeople(location: string): Promise<readonly EnrolledPerson[] | undefined> {
  const isFile = !/^postgres(ql)?:\/\//.test(location);
  // Opening a file that does not exist would make it.
  if (isFile && !(await stat(location).catch(() => undefined))) return undefined;
  const database = new Database({ location });
  try {
    const { db } = database;
    const people = await db.selectFrom('people').selectAll().where('state', '=', 'active').execute();
    const keys = await db.selectFrom('person_keys').selectAll().where('state', '=', 'active').execute();
    const passkeys = await db.selectFrom('passkeys').select('person_id').where('state', '=', 'active').execute();
    return people.map(({ id, name, roles }) => ({
      name,
      roles: JSON.parse(roles) as PersonRole[],
      keys: keys.filter((key) => key.person_id === id).map(({ keyid }) => keyid),
      passkeys: passkeys.filter((passkey) => passkey.person_id === id).length,
    }));
  } catch {
    return undefined;
  } finally {
    await database.close().catch(() => undefined);
  }
}
