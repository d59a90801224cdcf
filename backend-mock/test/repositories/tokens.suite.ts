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
import { insertPerson } from '../../src/people/people-repository.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce } from '../support/race.ts';
import { makeToken, NOON, OWNER } from '../support/rows.ts';

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
    const live = await store.transaction((tx) => liveTokensOf(tx, 'blog-publisher', NOON));
    expect(live.map(({ keyid }) => keyid)).toEqual(['live']);
  });
}
