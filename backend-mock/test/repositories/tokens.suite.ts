import { beforeEach, expect, test } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import {
  findToken,
  insertToken,
  listTokens,
  liveTokensOf,
  revokeToken,
  type TokenRecord,
} from '../../src/grants/tokens-repository.ts';
import { insertPerson, removePerson } from '../../src/people/people-repository.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce } from '../support/race.ts';
import { makePerson, makeToken, NOON, OWNER } from '../support/rows.ts';

export function tokensSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction((tx) => insertPerson(tx, OWNER, NOON));
  });
  const insert = (...tokens: TokenRecord[]): Promise<void> =>
    store.transaction(async (tx) => {
      for (const token of tokens) await insertToken(tx, token);
    });
  const find = (keyid: string): Promise<TokenRecord | undefined> => store.transaction((tx) => findToken(tx, keyid));

  test('a token is read as it was written, inside a transaction and outside', async () => {
    const token = makeToken({ scopes: ['blog:list_drafts', 'blog:plan_publish_draft'] });
    await insert(token);
    expect(await find(token.keyid)).toEqual(token);
    expect(await findToken(store.db, token.keyid)).toEqual(token);
    expect(await find('another')).toBeUndefined();
  });

  test('one key is registered once', async () => {
    await insert(makeToken());
    await expect(insert(makeToken({ clientId: 'another' }))).rejects.toThrow(/unique/i);
  });

  test('a token belongs to a person who is known', async () => {
    await expect(insert(makeToken({ ownerId: 'p_nobody' }))).rejects.toThrow(/foreign key/i);
  });

  test('a token is revoked once and for good', async () => {
    const token = makeToken();
    await insert(token);
    expect(await store.transaction((tx) => revokeToken(tx, 'another'))).toBe(false);
    expect((await find(token.keyid))?.state).toBe('active');
    const revoked = await atOnce(store, 4, (tx) => revokeToken(tx, token.keyid));
    expect(revoked.filter(Boolean)).toHaveLength(1);
    expect((await find(token.keyid))?.state).toBe('revoked');
  });

  const BOB = makePerson('bob', ['owner']);

  test.each([
    ['owner', { ownerId: BOB.id }],
    ['agent', { agent: 'other-agent' }],
  ])('a client id that has tokens takes none of another %s [principal.client]', async (_whose, other) => {
    await store.transaction((tx) => insertPerson(tx, BOB, NOON));
    await insert(makeToken());
    const inserted = await store.transaction((tx) => insertToken(tx, makeToken({ keyid: 'second', ...other })));
    expect(inserted).toBe(false);
    expect(await find('second')).toBeUndefined();
    expect(await store.transaction((tx) => insertToken(tx, makeToken({ keyid: 'third' })))).toBe(true);
    expect((await find('third'))?.state).toBe('active');
  });

  test('a client id stays taken when all of its tokens are revoked [principal.client]', async () => {
    await store.transaction((tx) => insertPerson(tx, BOB, NOON));
    await insert(makeToken());
    await store.transaction((tx) => revokeToken(tx, makeToken().keyid));
    const second = makeToken({ keyid: 'second', ownerId: BOB.id });
    expect(await store.transaction((tx) => insertToken(tx, second))).toBe(false);
  });

  test('of owners who take one client id at the same time exactly one gets it [principal.client]', async () => {
    const people = ['a', 'b', 'c', 'd'].map((name) => makePerson(name, ['owner']));
    for (const person of people) await store.transaction((tx) => insertPerson(tx, person, NOON));
    const taken = await atOnce(store, 4, (tx, index) =>
      insertToken(tx, makeToken({ keyid: `k${index}`, ownerId: people[index]?.id ?? '' })),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await store.transaction((tx) => listTokens(tx))).toHaveLength(1);
  });

  test('a row that was written for another owner of the client is no credential [principal.client]', async () => {
    await store.transaction((tx) => insertPerson(tx, BOB, NOON));
    const token = makeToken();
    await insert(token);
    await store.db.updateTable('api_tokens').set({ owner_id: BOB.id }).execute();
    expect((await find(token.keyid))?.state).toBe('client_taken');
    await store.db.deleteFrom('clients').execute();
    expect((await find(token.keyid))?.state).toBe('client_taken');
  });

  test('a token ends with the person that it acts for [token.owner]', async () => {
    const token = makeToken();
    await insert(token);
    await store.transaction((tx) => removePerson(tx, OWNER.id));
    expect((await find(token.keyid))?.state).toBe('owner_removed');
    expect(await store.transaction((tx) => liveTokensOf(tx, token, NOON))).toEqual([]);
  });

  test('tokens are listed in the order of their making', async () => {
    await insert(makeToken({ keyid: 'c', createdAt: 2 }), makeToken({ keyid: 'b', createdAt: 1 }));
    await insert(makeToken({ keyid: 'a', createdAt: 2 }));
    expect((await store.transaction((tx) => listTokens(tx))).map(({ keyid }) => keyid)).toEqual(['b', 'a', 'c']);
  });

  test("only a client's own tokens that may still be used are live", async () => {
    await insert(
      makeToken({ keyid: 'live' }),
      makeToken({ keyid: 'expired', expiresAt: NOON }),
      makeToken({ keyid: 'revoked' }),
      makeToken({ keyid: 'other', clientId: 'another' }),
    );
    await store.transaction((tx) => revokeToken(tx, 'revoked'));
    const live = await store.transaction((tx) =>
      liveTokensOf(tx, { clientId: 'blog-publisher', ownerId: OWNER.id }, NOON),
    );
    expect(live.map(({ keyid }) => keyid)).toEqual(['live']);
  });
}
