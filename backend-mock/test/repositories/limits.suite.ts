import { expect, test } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { takeFromLimits, type Limit, type LimitState } from '../../src/limits/limits-repository.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce } from '../support/race.ts';
import { NOON } from '../support/rows.ts';

const limit = (name: string, burst: number, perMinute = 60): Limit => ({
  name,
  key: `${name}:blog-publisher`,
  quota: { perMinute, burst },
});
const take = (store: Database, limits: readonly Limit[], now: number): Promise<LimitState[]> =>
  store.transaction((tx) => takeFromLimits(tx, limits, now));
const admitted = (states: readonly LimitState[]): boolean => states.every((state) => state.allowed);

export function limitsSuite(stores: Stores): void {
  test('a burst is admitted at once, and then one call per interval', async () => {
    const store = await stores.fresh();
    const client = [limit('client', 3)];
    const verdicts = [];
    for (const at of [0, 0, 0, 0, 999, 1000, 1000, 2000]) verdicts.push(admitted(await take(store, client, NOON + at)));
    expect(verdicts).toEqual([true, true, true, false, false, true, false, true]);
  });

  test('refused calls take nothing: who waits as told is served however often they asked before', async () => {
    const store = await stores.fresh();
    const client = [limit('client', 1)];
    await take(store, client, NOON);
    for (let asked = 0; asked < 5; asked++) {
      const [state] = await take(store, client, NOON + 100);
      expect(state).toMatchObject({ allowed: false, retryAfterMs: 900 });
    }
    expect(admitted(await take(store, client, NOON + 1000))).toBe(true);
  });

  test('a call that one limit refuses takes nothing from the others', async () => {
    const store = await stores.fresh();
    const narrow = limit('tool', 1);
    const wide = limit('client', 5);
    await take(store, [narrow, wide], NOON);
    for (let asked = 0; asked < 4; asked++) expect(admitted(await take(store, [wide, narrow], NOON))).toBe(false);
    const [state] = await take(store, [wide], NOON);
    expect(state).toMatchObject({ allowed: true, remaining: 3 });
  });

  test('limits of different keys do not touch each other', async () => {
    const store = await stores.fresh();
    expect(admitted(await take(store, [{ ...limit('client', 1), key: 'client:a' }], NOON))).toBe(true);
    expect(admitted(await take(store, [{ ...limit('client', 1), key: 'client:b' }], NOON))).toBe(true);
    expect(admitted(await take(store, [{ ...limit('client', 1), key: 'client:a' }], NOON))).toBe(false);
  });

  test('concurrent calls never exceed the burst', async () => {
    const store = await stores.fresh();
    const results = await atOnce(store, 24, (tx) => takeFromLimits(tx, [limit('client', 5)], NOON));
    expect(results.filter(admitted)).toHaveLength(5);
  });

  test('calls that name shared limits in opposite order do not wait for each other in a circle', async () => {
    const store = await stores.fresh();
    const ahead = [limit('a', 100), limit('b', 100), limit('c', 100)];
    const behind = ahead.toReversed();
    let runs = 0;
    const results = await atOnce(store, 20, (tx, index) => {
      runs++;
      return takeFromLimits(tx, index % 2 ? ahead : behind, NOON);
    });
    // A transaction that was given up to end a circle would have run twice.
    expect(runs).toBe(20);
    expect(results.filter(admitted)).toHaveLength(20);
    const states = await take(store, ahead, NOON);
    expect(states.map(({ remaining }) => remaining)).toEqual([79, 79, 79]);
  });

  test('what was taken in a transaction that was rolled back is given back', async () => {
    const store = await stores.fresh();
    const failing = store.transaction(async (tx) => {
      await takeFromLimits(tx, [limit('client', 1)], NOON);
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(admitted(await take(store, [limit('client', 1)], NOON))).toBe(true);
  });

  test('a restart or a second replica forgets nothing', async () => {
    const location = await stores.freshLocation();
    expect(admitted(await take(stores.open(location), [limit('client', 1)], NOON))).toBe(true);
    expect(admitted(await take(stores.open(location), [limit('client', 1)], NOON))).toBe(false);
  });

  test('an interval that is no whole number of milliseconds never lets a call through early', async () => {
    const store = await stores.fresh();
    const client = [limit('client', 1, 7)];
    await take(store, client, NOON);
    const [refused] = await take(store, client, NOON + 8571);
    expect(refused?.allowed).toBe(false);
    expect(admitted(await take(store, client, NOON + 8572))).toBe(true);
  });
}
