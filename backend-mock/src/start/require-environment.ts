import type { Database } from '../database/database.ts';

const NAME = /^[a-z]{1,32}$/;

/**
 * A store belongs to one environment for good: the first start writes its name, every other start compares.
 *
 * @throws Error for the person who started the process.
 */
export async function requireEnvironment(database: Database, environment: string): Promise<void> {
  if (!NAME.test(environment)) throw new Error('The environment is a name in lower-case letters, like "development".');
  await database.transaction(async (tx) => {
    await tx
      .insertInto('settings')
      .values({ name: 'environment', value: environment })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const row = await tx
      .selectFrom('settings')
      .select('value')
      .where('name', '=', 'environment')
      .executeTakeFirstOrThrow();
    if (row.value !== environment) {
      throw new Error(`This store belongs to the environment "${row.value}", not to "${environment}".`);
    }
  });
}
