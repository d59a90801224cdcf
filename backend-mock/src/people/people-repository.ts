import { keyThumbprint } from '@narrow-deputies/signing';
import type { Reader, Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import { foldName } from './fold-name.ts';

export { foldName } from './fold-name.ts';

/** What a person may do. */
export const PERSON_ROLES = ['owner', 'reviewer', 'support-lead', 'administrator', 'auditor'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

export interface Person {
  /** Pseudonymous. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly PersonRole[];
  readonly state: 'active' | 'removed';
}

/** Whether somebody may say who is enrolled and as what. */
export const mayInvite = ({ state, roles }: Person): boolean => state === 'active' && roles.includes('administrator');

export interface PersonKey {
  readonly keyid: string;
  readonly personId: string;
  readonly publicX: string;
  readonly assurance: 'simulated';
  readonly state: 'active' | 'revoked';
}

const toPerson = (row: Tables['people']): Person => ({
  id: row.id,
  name: row.name,
  roles: JSON.parse(row.roles) as PersonRole[],
  state: row.state,
});

export async function findPerson(tx: Reader, id: string): Promise<Person | undefined> {
  const row = await tx.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toPerson(row);
}

export async function findPersonByName(tx: Tx, name: string): Promise<Person | undefined> {
  const row = await tx.selectFrom('people').selectAll().where('folded_name', '=', foldName(name)).executeTakeFirst();
  return row && toPerson(row);
}

export async function listPeople(tx: Reader): Promise<Person[]> {
  const rows = await tx.selectFrom('people').selectAll().orderBy('created_at').orderBy('folded_name').execute();
  return rows.map(toPerson);
}

export async function insertPerson(tx: Tx, person: Person, now: number): Promise<void> {
  await tx
    .insertInto('people')
    .values({
      id: person.id,
      name: person.name,
      folded_name: foldName(person.name),
      roles: JSON.stringify(person.roles),
      state: person.state,
      created_at: now,
    })
    .execute();
}

export async function setRoles(tx: Tx, id: string, roles: readonly PersonRole[]): Promise<void> {
  await tx
    .updateTable('people')
    .set({ roles: JSON.stringify(roles) })
    .where('id', '=', id)
    .execute();
}

export async function removePerson(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('people').set({ state: 'removed' }).where('id', '=', id).execute();
}

export async function insertPersonKey(tx: Tx, key: PersonKey, now: number): Promise<void> {
  await tx
    .insertInto('person_keys')
    .values({
      keyid: key.keyid,
      person_id: key.personId,
      public_x: key.publicX,
      assurance: key.assurance,
      state: key.state,
      created_at: now,
    })
    .execute();
}

/**
 * @returns undefined also for a row whose public key is not the one that its id names (RFC 7638): it was changed by hand,
 * and would let another key sign in this person's name.
 */
export async function findPersonKey(tx: Reader, keyid: string): Promise<PersonKey | undefined> {
  const row = await tx.selectFrom('person_keys').selectAll().where('keyid', '=', keyid).executeTakeFirst();
  const isIntact = row && keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x: row.public_x }) === row.keyid;
  return isIntact
    ? {
        keyid: row.keyid,
        personId: row.person_id,
        publicX: row.public_x,
        assurance: row.assurance,
        state: row.state,
      }
    : undefined;
}

export async function keysOf(tx: Tx, personId: string): Promise<PersonKey[]> {
  const rows = await tx
    .selectFrom('person_keys')
    .selectAll()
    .where('person_id', '=', personId)
    .where('state', '=', 'active')
    .execute();
  return rows.map((row) => ({
    keyid: row.keyid,
    personId: row.person_id,
    publicX: row.public_x,
    assurance: row.assurance,
    state: row.state,
  }));
}
