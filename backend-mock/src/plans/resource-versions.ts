import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Resource } from './plan.ts';

/** Which table holds the rows of a resource type; each such table has a text `id` and an integer `version`. */
const TABLES: Readonly<Record<string, 'articles'>> = { article: 'articles' };

const tableOf = (type: string): 'articles' => {
  const table = TABLES[type];
  if (table === undefined) throw new Error(`No table holds resources of type ${type}.`);
  return table;
};

/** Every resource type that a task or a plan may name. */
export const RESOURCE_TYPES: readonly string[] = Object.keys(TABLES);
export const isResourceType = (type: string): boolean => Object.hasOwn(TABLES, type);

/** The version of a resource now; 0 when it does not exist. */
export async function currentVersion(tx: Tx, resource: Pick<Resource, 'type' | 'id'>): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select version from ${sql.table(tableOf(resource.type))} where id = ${resource.id}`.execute(tx);
  return rows[0]?.version ?? 0;
}

/**
 * Takes every resource that a plan touches from the version that the plan saw to the next one, in id order. A resource
 * at version 0 must not exist; the effect inserts it, and its primary key decides a race.
 *
 * @returns the first resource that moved meanwhile, with its version now.
 */
export async function takeVersions(
  tx: Tx,
  resources: readonly Resource[],
): Promise<{ resource: Resource; now: number } | undefined> {
  const ordered = resources.toSorted((a, b) => (`${a.type} ${a.id}` < `${b.type} ${b.id}` ? -1 : 1));
  for (const resource of ordered) {
    if (resource.version > 0) {
      const { rows } = await sql<{ id: string }>`
        update ${sql.table(tableOf(resource.type))} set version = version + 1
        where id = ${resource.id} and version = ${resource.version} returning id`.execute(tx);
      if (rows.length === 1) continue;
    }
    const now = await currentVersion(tx, resource);
    if (resource.version > 0 || now !== 0) return { resource, now };
  }
  return undefined;
}
