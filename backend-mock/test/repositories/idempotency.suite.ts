import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { isLockTimeout, type Database, type Tx } from '../../src/database/database.ts';
import {
  claimKey,
  completeKey,
  forgetKeys,
  IDEMPOTENCY_MEMORY_MS,
  type Claim,
} from '../../src/idempotency/idempotency-repository.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { NOON } from '../support/rows.ts';

const principal = { clientId: 'blog-publisher', ownerId: 'p_owner' };
const KEY = { principal, tool: 'plan_publish_draft', key: '5f0c1d9e-0000-4000-8000-000000000001' };
const claim = (tx: Tx, key = KEY, now = NOON): Promise<Claim> => claimKey(tx, key, 'sha-256:one', now);
const use = (store: Database, outcome = '{"planId":"1"}'): Promise<void> =>
  store.transaction(async (tx) => {
    await claim(tx);
    await completeKey(tx, KEY, outcome);
  });

const claimAndComplete = async (tx: Tx): Promise<Claim> => {
  const claimed = await claim(tx);
  await completeKey(tx, KEY, '{"planId":"1"}');
  return claimed;
};

const claimImpatiently = async (tx: Tx): Promise<Claim> => {
  await sql`set local lock_timeout = '250ms'`.execute(tx);
  return claim(tx);
};

export function idempotencySuite(stores: Stores): void {
  test('a key that was completed gives its outcome and the digest of its arguments again', async () => {
    const store = await stores.fresh();
    await use(store, '{"planId":"1"}');
    expect(await store.transaction((tx) => claimKey(tx, KEY, 'sha-256:other', NOON))).toEqual({
      state: 'repeat',
      argumentsDigest: 'sha-256:one',
      outcome: '{"planId":"1"}',
    });
  });

  test.each([
    ['client', { ...KEY, principal: { ...principal, clientId: 'other' } }],
    ['owner of the same client', { ...KEY, principal: { ...principal, ownerId: 'p_other' } }],
    ['tool', { ...KEY, tool: 'commit_publish_draft' }],
    ['key', { ...KEY, key: '5f0c1d9e-0000-4000-8000-000000000002' }],
  ])('the same key under another %s is another key', async (_scope, key) => {
    const store = await stores.fresh();
    await use(store);
    expect(await store.transaction((tx) => claim(tx, key))).toEqual({ state: 'first' });
    await store.transaction((tx) => completeKey(tx, key, '{"planId":"2"}'));
    expect(await store.transaction((tx) => claim(tx))).toMatchObject({ outcome: '{"planId":"1"}' });
  });

  test('a claim whose transaction is rolled back binds nothing', async () => {
    const store = await stores.fresh();
    const failing = store.transaction(async (tx) => {
      await claim(tx);
      await completeKey(tx, KEY, '{}');
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await store.transaction((tx) => claim(tx))).toEqual({ state: 'first' });
  });

  test('a claim that is undone with the effects of a denied call binds nothing', async () => {
    const store = await stores.fresh();
    await store.transaction(async (tx) => {
      await sql`savepoint effects`.execute(tx);
      await claim(tx);
      await sql`rollback to savepoint effects`.execute(tx);
    });
    expect(await store.transaction((tx) => claim(tx))).toEqual({ state: 'first' });
  });

  test('a key binds for 24 hours and not a millisecond longer', async () => {
    const store = await stores.fresh();
    expect(IDEMPOTENCY_MEMORY_MS).toBe(24 * 3_600_000);
    await use(store);
    const last = await store.transaction((tx) => claim(tx, KEY, NOON + IDEMPOTENCY_MEMORY_MS));
    expect(last.state).toBe('repeat');
    expect(await store.transaction((tx) => claim(tx, KEY, NOON + IDEMPOTENCY_MEMORY_MS + 1))).toEqual({
      state: 'first',
    });
  });

  test('only keys past their time are forgotten', async () => {
    const store = await stores.fresh();
    await use(store);
    const forget = (now: number): Promise<number> => store.transaction((tx) => forgetKeys(tx, now));
    expect(await forget(NOON + IDEMPOTENCY_MEMORY_MS)).toBe(0);
    expect(await forget(NOON + IDEMPOTENCY_MEMORY_MS + 1)).toBe(1);
  });

  test('the same key waits while the first call still runs, and then finds its outcome', async () => {
    const store = await stores.fresh();
    const results = await overlap(store, claimAndComplete, (tx) => claim(tx));
    expect(results.map(valueOf)).toEqual([
      { state: 'first' },
      { state: 'repeat', argumentsDigest: 'sha-256:one', outcome: '{"planId":"1"}' },
    ]);
  });

  test('the same key waits while the first call still runs, and is the first when that one fails', async () => {
    const store = await stores.fresh();
    const [, second] = await overlap(
      store,
      (tx) => claim(tx),
      (tx) => claim(tx),
      'rollback',
    );
    expect(valueOf(second)).toEqual({ state: 'first' });
  });

  test('of many calls with one key exactly one is the first', async () => {
    const store = await stores.fresh();
    const results = await atOnce(store, 8, async (tx) => {
      const claimed = await claim(tx);
      if (claimed.state === 'first') await completeKey(tx, KEY, '{}');
      return claimed.state;
    });
    expect(results.filter((state) => state === 'first')).toHaveLength(1);
  });

  if (stores.engine === 'postgres') {
    test('the wait for the first call ends with a lock timeout that is known as one', async () => {
      const store = await stores.fresh();
      const gate = Promise.withResolvers<void>();
      const claimed = Promise.withResolvers<void>();
      const first = store.transaction(async (tx) => {
        await claim(tx);
        claimed.resolve();
        await gate.promise;
      });
      await claimed.promise;
      const refused = await store.transaction(claimImpatiently).catch((error: unknown) => error);
      gate.resolve();
      await first;
      expect(isLockTimeout(refused)).toBe(true);
    });
  }
}
