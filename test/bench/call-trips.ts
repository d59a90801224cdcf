import { startPostgres } from '../../backend-mock/test/support/postgres-server.ts';
import { tripsOf } from '../support/call-trips.ts';
import { startLab } from '../support/lab.ts';

/** What each kind of call sends to the store of one engine. */
export interface EngineTrips {
  readonly engine: 'sqlite' | 'postgres';
  readonly trips: Awaited<ReturnType<typeof tripsOf>>;
}

/** Counts on a new store of each engine. */
export async function countTrips(): Promise<readonly EngineTrips[]> {
  const postgres = await startPostgres();
  try {
    const postgresTrips = await countOn(await postgres.createDatabase());
    return [
      { engine: 'sqlite', trips: await countOn() },
      { engine: 'postgres', trips: postgresTrips },
    ];
  } finally {
    await postgres.stop();
  }
}

async function countOn(databaseUrl?: string): Promise<EngineTrips['trips']> {
  const lab = await startLab(databaseUrl === undefined ? {} : { databaseUrl });
  try {
    return await tripsOf(lab);
  } finally {
    await lab.stop();
  }
}
