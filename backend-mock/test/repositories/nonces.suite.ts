import { expect, test } from '@jest/globals';
import { forgetNonces, rememberNonce } from '../../src/nonces/nonces-repository.ts';
import type { Stores } from '../support/engines.ts';
import { inTwoProcesses } from '../support/processes.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';

export function noncesSuite(stores: Stores): void {
  test('a nonce is remembered once per key', async () => {
    const store = await stores.fresh();
    const remember = (keyid: string, nonce: string): Promise<boolean> =>
      store.transaction((tx) => rememberNonce(tx, keyid, nonce, 1000));
    expect(await remember('key-a', 'nonce-1')).toBe(true);
    expect(await remember('key-a', 'nonce-1')).toBe(false);
    expect(await remember('key-a', 'nonce-2')).toBe(true);
    expect(await remember('key-b', 'nonce-1')).toBe(true);
  });

  test('a nonce that another transaction is using is refused once that one commits', async () => {
    const store = await stores.fresh();
    const use = overlap(
      store,
      (tx) => rememberNonce(tx, 'key', 'nonce', 1000),
      (tx) => rememberNonce(tx, 'key', 'nonce', 1000),
    );
    expect((await use).map(valueOf)).toEqual([true, false]);
  });

  test('a nonce whose transaction was rolled back may be used', async () => {
    const store = await stores.fresh();
    const [, second] = await overlap(
      store,
      (tx) => rememberNonce(tx, 'key', 'nonce', 1000),
      (tx) => rememberNonce(tx, 'key', 'nonce', 1000),
      'rollback',
    );
    expect(valueOf(second)).toBe(true);
  });

  test('of many transactions with one nonce exactly one wins', async () => {
    const store = await stores.fresh();
    const results = await atOnce(store, 8, (tx) => rememberNonce(tx, 'key', 'nonce', 1000));
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  test('of two processes at one store exactly one wins each nonce', async () => {
    const won = await inTwoProcesses(await stores.freshLocation(), { name: 'nonces', count: 40 });
    expect(won.reduce((sum, each) => sum + each)).toBe(40);
  });

  test('a nonce outlives the process that saw it', async () => {
    const location = await stores.freshLocation();
    await stores.open(location).transaction((tx) => rememberNonce(tx, 'key', 'nonce', 1000));
    expect(await stores.open(location).transaction((tx) => rememberNonce(tx, 'key', 'nonce', 1000))).toBe(false);
  });

  test('only nonces past their time are forgotten', async () => {
    const store = await stores.fresh();
    await store.transaction(async (tx) => {
      await rememberNonce(tx, 'key', 'old', 999);
      await rememberNonce(tx, 'key', 'on-time', 1000);
      expect(await forgetNonces(tx, 1000)).toBe(1);
      expect(await rememberNonce(tx, 'key', 'old', 2000)).toBe(true);
      expect(await rememberNonce(tx, 'key', 'on-time', 2000)).toBe(false);
    });
  });
}
