import type { Database } from '../database/database.ts';

const NAME = /^[a-z]{1,32}$/;

/**
 * Compares as {@link requireEnvironment} does and writes nothing, so that whoever opens another environment's store leaves
 * it as it was, its shape included. A store without tables, or that nobody started yet, belongs to nobody.
 *
 * @throws Error for the person who started the process.
 */
export async function refuseForeignStore(database: Database, environment: string): Promise<void> {
  const tables = await database.db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'settings')) return;
  const row = await database.db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', 'environment')
    .executeTakeFirst();
  if (row !== undefined) requireSame(row.value, environment);
}

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
    requireSame(row.value, environment);
  });
}

function requireSame(stored: string, environment: string): void {
  if (stored === environment) return;
  throw new Error(`This store belongs to the environment "${stored}", not to "${environment}".`);
}
