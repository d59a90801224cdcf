import { randomUUID } from 'node:crypto';
import { AuditService } from '../audit/audit.service.ts';
import { isOfItsName } from '../verifier/signed-act.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Database, Tx } from '../database/database.ts';
import {
  findPersonByName,
  findPersonKey,
  insertPerson,
  insertPersonKey,
  keysOf,
  type Person,
  type PersonRole,
} from './people-repository.ts';

/** Who a new store begins with. */
export const FIRST_PEOPLE: readonly { name: string; roles: readonly PersonRole[] }[] = [
  { name: 'owner', roles: ['owner', 'administrator'] },
  { name: 'reviewer', roles: ['reviewer'] },
];

/**
 * Adds the first people to a store that lacks them, without keys.
 *
 * @returns each of them, and whether they can sign already.
 */
export async function ensureFirstPeople(
  database: Database,
  environment: string,
): Promise<{ person: Person; enrolled: boolean }[]> {
  const settings = new Settings(environment);
  const audit = new AuditService(settings);
  return database.transaction(async (tx) => {
    const people: { person: Person; enrolled: boolean }[] = [];
    for (const { name, roles } of FIRST_PEOPLE) {
      let person = await findPersonByName(tx, name);
      if (!person) {
        const now = await currentTime(database, tx);
        person = { id: `p_${randomUUID()}`, name, roles, state: 'active' };
        await insertPerson(tx, person, now);
        await audit.record(tx, now, {
          tool: 'people.add_first',
          kind: 'system',
          outcome: 'succeeded',
          decision: 'allow',
          rules: ['first-start'],
          person: person.id,
          details: { roles: [...roles] },
        });
      }
      people.push({ person, enrolled: await isEnrolled(tx, person.id, settings) });
    }
    return people;
  });
}

/** Whether a person has what they can sign with here. */
async function isEnrolled(tx: Tx, personId: string, { acceptsKeyFiles }: Settings): Promise<boolean> {
  const passkey = await tx
    .selectFrom('passkeys')
    .select('id')
    .where('person_id', '=', personId)
    .where('state', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return passkey !== undefined || (acceptsKeyFiles && (await keysOf(tx, personId)).length > 0);
}

/**
 * Gives one of the first people their first key, in development. Nobody else can sign this enrolment; it is possible
 * only while the person has none.
 *
 * @throws Error when the person is unknown, or enrolled with another key; or where no key file counts.
 */
export async function enrolFirstKey(
  database: Database,
  environment: string,
  name: string,
  key: { keyid: string; publicX: string },
): Promise<void> {
  const settings = new Settings(environment);
  if (!settings.acceptsKeyFiles) throw new Error(`In ${environment} people use passkeys; no key is enrolled.`);
  if (!isOfItsName({ keyid: key.keyid, kind: 'key', publicKey: key.publicX })) {
    throw new Error(`The key of "${name}" is not the one that its name says; it was changed by hand.`);
  }
  const audit = new AuditService(settings);
  await database.transaction(async (tx) => {
    const person = await findPersonByName(tx, name);
    if (!person) throw new Error(`There is no person "${name}" in this store.`);
    const keys = await keysOf(tx, person.id);
    if (keys.some(({ keyid }) => keyid === key.keyid)) return;
    if (keys.length > 0 || (await findPersonKey(tx, key.keyid))) {
      throw new Error(`"${name}" is enrolled with another key; the first enrolment cannot replace it.`);
    }
    const now = await currentTime(database, tx);
    await insertPersonKey(
      tx,
      { keyid: key.keyid, personId: person.id, publicX: key.publicX, assurance: 'simulated', state: 'active' },
      now,
    );
    await audit.record(tx, now, {
      tool: 'people.enrol_first',
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['first-enrolment'],
      person: person.id,
      details: { keyid: key.keyid, assurance: 'simulated' },
    });
  });
}
