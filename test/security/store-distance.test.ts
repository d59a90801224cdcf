import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { startStoreProxy, type StoreProxy } from '../support/store-proxy.ts';

/** Milliseconds per round trip: the same machine, the next rack, another site, another continent. */
const DISTANCES = [0, 5, 20, 100];

let postgres: PostgresServer | undefined;
const proxies: StoreProxy[] = [];
const labs = new Map<number, Promise<Lab>>();
beforeAll(async () => {
  postgres = await startPostgres();
  // All at once: they wait, and take no time of each other.
  for (const distance of DISTANCES) {
    const url = await postgres.createDatabase();
    const proxy = await startStoreProxy(url);
    proxies.push(proxy);
    proxy.delay(distance);
    const started = startLab({ databaseUrl: proxy.through(url) });
    // Whether it started is the test's to say.
    started.catch(() => undefined);
    labs.set(distance, started);
  }
}, 60_000);
afterAll(async () => {
  for (const result of await Promise.allSettled(labs.values())) {
    if (result.status === 'fulfilled') await result.value.stop();
  }
  for (const proxy of proxies) await proxy.stop();
  await postgres?.stop();
}, 60_000);

describe('a store that is far away', () => {
  test.each(DISTANCES)(
    'at %i ms for each round trip the backend proves itself and serves [store.far, check.self-timeless]',
    async (distance) => {
      const lab = await labs.get(distance);
      const reply = await lab?.wire.call('/v1/blog/list_drafts', { drafts: [] });
      expect([reply?.status, reply?.json['code']]).toEqual([200, undefined]);
      expect((await lab?.entries())?.at(-1)).toMatchObject({ tool: 'list_drafts', outcome: 'succeeded' });
    },
    300_000,
  );
});
