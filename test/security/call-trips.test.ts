import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENGINES, startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { COUNTED, tripsOf, type Counted } from '../support/call-trips.ts';
import { startLab, type Lab } from '../support/lab.ts';

/** Round trips of one call to its store, the beginning and the end of its transaction among them. */
const BOUNDS: Readonly<Record<Counted, number>> = { read: 15, plan: 19, commit: 22 };

describe.each(ENGINES)('on %s', (engine) => {
  let postgres: PostgresServer | undefined;
  let lab: Lab | undefined;
  let trips: Awaited<ReturnType<typeof tripsOf>>;
  beforeAll(async () => {
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.createDatabase();
    lab = await startLab({ ...(databaseUrl !== undefined && { databaseUrl }) });
    trips = await tripsOf(lab);
  }, 120_000);
  afterAll(async () => {
    await lab?.stop();
    await postgres?.stop();
  });

  test.each(COUNTED)('a %s takes no more round trips than its bound [store.trips]', (kind) => {
    const list = trips[kind].map((sql, at) => `${at + 1}. ${sql.replaceAll(/\s+/g, ' ').trim().slice(0, 160)}`);
    // The statements are what a failure shows.
    expect(list.slice(BOUNDS[kind])).toEqual([]);
  });
});
