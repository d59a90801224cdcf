import { DEFAULT_MIGRATION_TABLE, Migrator, type Migration } from 'kysely/migration';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { initial } from './migrations/0001-initial.ts';
import { customersAndTickets } from './migrations/0002-customers-and-tickets.ts';
import { suspensions } from './migrations/0003-suspensions.ts';
import { passkeys } from './migrations/0004-passkeys.ts';
import { auditSearch } from './migrations/0005-audit-search.ts';
import { policies } from './migrations/0006-policies.ts';
import { tasks } from './migrations/0007-tasks.ts';
import { transparencyLog } from './migrations/0008-transparency-log.ts';
import { stopsByPolicy } from './migrations/0009-stops-by-policy.ts';
import { auditNames } from './migrations/0010-audit-names.ts';
import { actsByTime } from './migrations/0011-acts-by-time.ts';
import { clients } from './migrations/0012-clients.ts';
import { closedInvitations } from './migrations/0013-closed-invitations.ts';
import { entryWriters } from './migrations/0014-entry-writers.ts';
import { ticketNumbers } from './migrations/0018-ticket-numbers.ts';
import { refusalsCounted } from './migrations/0020-refusals-counted.ts';

/** Every migration by name, in order; written out, so that nothing is found by looking at a folder. */
const migrations = (postgres: boolean): Record<string, Migration> => ({
  '0001-initial': initial(postgres),
  '0002-customers-and-tickets': customersAndTickets,
  '0003-suspensions': suspensions,
  '0004-passkeys': passkeys,
  '0005-audit-search': auditSearch,
  '0006-policies': policies(postgres),
  '0007-tasks': tasks,
  '0008-transparency-log': transparencyLog,
  '0009-stops-by-policy': stopsByPolicy,
  '0010-audit-names': auditNames(postgres),
  '0011-acts-by-time': actsByTime,
  '0012-clients': clients,
  '0013-closed-invitations': closedInvitations,
  '0014-entry-writers': entryWriters,
  '0018-ticket-numbers': ticketNumbers,
  '0020-refusals-counted': refusalsCounted,
});

/**
 * Brings the store to the newest shape. Replicas that start together wait for one another (on PostgreSQL, an advisory
 * lock).
 *
 * @param upTo name of the last migration to run; left out = all of them. Another one makes a store of an earlier version.
 * @throws the migration's own error; a migration that failed left nothing behind.
 */
export async function migrate(database: Database, upTo?: string): Promise<void> {
  const migrator = new Migrator({
    db: database.db,
    provider: { getMigrations: () => Promise.resolve(migrations(database.engine === 'postgres')) },
  });
  await refuseNewer(migrator, database);
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error !== undefined) throw error;
}

/** @throws Error where the store was made by a later version than this: going on could harm what that one keeps in it. */
async function refuseNewer(migrator: Migrator, database: Database): Promise<void> {
  const tables = await database.db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return;
  const done = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(database.db);
  const known = (await migrator.getMigrations()).map(({ name }) => name).toSorted();
  const newer = done.rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (newer.length === 0) return;
  throw new Error(
    `This store was made by a newer version: it has ${newer.toSorted().join(', ')}, and this version knows stores up ` +
      `to ${known.at(-1)}. Start the newer version, or this one on a copy from before the upgrade.`,
  );
}

/** Empties a PostgreSQL database of everything that {@link migrate} made. */
export async function dropAll(database: Database): Promise<void> {
  const tables = await database.db.introspection.getTables({ withInternalKyselyTables: true });
  for (const { name } of tables) await sql`drop table if exists ${sql.table(name)} cascade`.execute(database.db);
}
