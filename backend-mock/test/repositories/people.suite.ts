import { beforeEach, expect, test } from '@jest/globals';
import { isUniqueViolation, type Database } from '../../src/database/database.ts';
import { enrolFirstKey, ensureFirstPeople } from '../../src/people/first-people.ts';
import {
  findPerson,
  findPersonByName,
  findPersonKey,
  foldName,
  insertPerson,
  insertPersonKey,
  keysOf,
  listPeople,
  type Person,
  type PersonKey,
} from '../../src/people/people-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makeSigner } from '../support/evidence.ts';
import { makePerson, NOON, OWNER, REVIEWER } from '../support/rows.ts';

/** One name in other clothes: letter case, full width, a ligature, a composed letter, white space around it. */
const VARIANTS: readonly (readonly [string, string])[] = [
  ['zoë', 'ZOË'],
  ['zoë', 'zoe\u0308'],
  ['ann', '\uFF21\uFF2E\uFF2E'],
  ['office', 'o\uFB03ce'],
  ['kim', '\u212Aim'],
  ['ann', ' Ann\u00A0'],
];

export function peopleSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
  });
  const insert = (person: Person, now = NOON): Promise<void> =>
    store.transaction((tx) => insertPerson(tx, person, now));
  const insertKey = (key: PersonKey): Promise<void> => store.transaction((tx) => insertPersonKey(tx, key, NOON));

  test('a person is read as written, by id and by name', async () => {
    await insert(OWNER);
    await insert(REVIEWER, NOON - 1);
    expect(await store.transaction((tx) => findPerson(tx, OWNER.id))).toEqual(OWNER);
    expect(await store.transaction((tx) => findPerson(tx, 'another'))).toBeUndefined();
    expect(await store.transaction((tx) => findPersonByName(tx, 'reviewer'))).toEqual(REVIEWER);
    expect(await store.transaction((tx) => findPersonByName(tx, 'another'))).toBeUndefined();
    expect(await store.transaction((tx) => listPeople(tx))).toEqual([REVIEWER, OWNER]);
  });

  test.each(VARIANTS)('"%s" and "%s" are one name', async (name, variant) => {
    const person = makePerson(name, ['reviewer']);
    await insert(person);
    expect(foldName(variant)).toBe(foldName(name));
    expect(await store.transaction((tx) => findPersonByName(tx, variant))).toEqual(person);
    const second = await insert({ ...person, id: 'p_second', name: variant }).catch((error: unknown) => error);
    expect(isUniqueViolation(second)).toBe(true);
  });

  test('a key is read as written, belongs to one person, and counts only while it is active', async () => {
    await insert(OWNER);
    const active = makeSigner(OWNER.id).key;
    const revoked: PersonKey = { ...makeSigner(OWNER.id).key, state: 'revoked' };
    await insertKey(active);
    await insertKey(revoked);
    expect(await store.transaction((tx) => findPersonKey(tx, revoked.keyid))).toEqual(revoked);
    expect(await store.transaction((tx) => findPersonKey(tx, 'another'))).toBeUndefined();
    expect(await store.transaction((tx) => keysOf(tx, OWNER.id))).toEqual([active]);
    await expect(insertKey({ ...active, personId: OWNER.id })).rejects.toThrow(/unique/i);
    await expect(insertKey(makeSigner('p_nobody').key)).rejects.toThrow(/foreign key/i);
  });

  test('a new store begins with an owner and a reviewer without keys, recorded, however often it starts', async () => {
    const first = await ensureFirstPeople(store, 'development');
    const second = await ensureFirstPeople(store, 'development');
    expect(second).toEqual(first);
    expect(first.map(({ person, enrolled }) => [person.name, [...person.roles], enrolled])).toEqual([
      ['owner', ['owner', 'administrator'], false],
      ['reviewer', ['reviewer'], false],
    ]);
    for (const { person } of first) expect(person.id).not.toContain(person.name);
    const entries = await store.db.selectFrom('audit_entries').select('tool').execute();
    expect(entries.map(({ tool }) => tool)).toEqual(['people.add_first', 'people.add_first']);
  });

  test('the first enrolment happens once: the same key again changes nothing, another one is refused', async () => {
    await ensureFirstPeople(store, 'development');
    const { key } = makeSigner('');
    await enrolFirstKey(store, 'development', 'owner', key);
    await enrolFirstKey(store, 'development', 'OWNER', key);
    await expect(enrolFirstKey(store, 'development', 'owner', makeSigner('').key)).rejects.toThrow('another key');
    await expect(enrolFirstKey(store, 'development', 'reviewer', key)).rejects.toThrow('another key');
    await expect(enrolFirstKey(store, 'development', 'nobody', key)).rejects.toThrow('nobody');
    const people = await ensureFirstPeople(store, 'development');
    expect(people.map(({ enrolled }) => enrolled)).toEqual([true, false]);
    const entries = await store.db.selectFrom('audit_entries').select('tool').execute();
    expect(entries.filter(({ tool }) => tool === 'people.enrol_first')).toHaveLength(1);
  });
}
