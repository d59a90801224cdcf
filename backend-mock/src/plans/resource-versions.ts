import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Resource } from './plan.ts';

/** Which table holds the rows of a resource type; each such table has a text `id` and an integer `version`. */
const TABLES = { article: 'articles', customer: 'customers', order: 'orders', ticket: 'tickets' } as const;

/** Fewer than the parameters that either engine takes in one statement. */
const AT_ONCE = 500;

function tableOf(type: string): (typeof TABLES)[keyof typeof TABLES] {
  if (!isResourceType(type)) throw new Error(`No table holds resources of type ${type}.`);
  return TABLES[type];
}

/** Every resource type that a task or a plan may name. */
export const RESOURCE_TYPES: readonly string[] = Object.keys(TABLES);
export const isResourceType = (type: string): type is keyof typeof TABLES => Object.hasOwn(TABLES, type);

/** A resource that is not as a plan saw it, and its version now; 0 when it does not exist. */
export interface Moved {
  readonly resource: Resource;
  readonly now: number;
}

/** The version of a resource now; 0 when it does not exist. */
export async function currentVersion(tx: Tx, resource: Pick<Resource, 'type' | 'id'>): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select version from ${sql.table(tableOf(resource.type))} where id = ${resource.id}`.execute(tx);
  return rows[0]?.version ?? 0;
}

/** @returns the first resource, in id order, that is not as the plan saw it. Takes nothing. */
export async function findMoved(tx: Tx, resources: readonly Resource[]): Promise<Moved | undefined> {
  return compare(resources, selectVersions, tx);
}

/**
 * Takes every resource that a plan changes from the version that the plan saw to the next one, in id order; pinned ones
 * are locked at theirs. A resource at version 0 must not exist; the effect inserts it, and its primary key decides a race.
 *
 * @returns the first resource that moved meanwhile, with its version now.
 */
export async function takeVersions(tx: Tx, resources: readonly Resource[]): Promise<Moved | undefined> {
  for (const resource of inOrder(resources.filter(({ pinned }) => pinned !== true))) {
    if (resource.version > 0) {
      const { rows } = await sql<{ id: string }>`
        update ${sql.table(tableOf(resource.type))} set version = version + 1
        where id = ${resource.id} and version = ${resource.version} returning id`.execute(tx);
      if (rows.length === 1) continue;
    }
    const now = await currentVersion(tx, resource);
    if (resource.version > 0 || now !== 0) return { resource, now };
  }
  // Written with what they hold already, so that they are locked without being changed: nobody moves them before the end.
  return compare(
    resources.filter(({ pinned }) => pinned === true),
    (type, ids) =>
      sql`update ${sql.table(tableOf(type))} set version = version where id in (${sql.join(ids)}) returning id, version`,
    tx,
  );
}

type Statement = (type: string, ids: readonly string[]) => RawBuilder<unknown>;

const selectVersions: Statement = (type, ids) =>
  sql`select id, version from ${sql.table(tableOf(type))} where id in (${sql.join(ids)})`;

/** The versions of resources now, in their order; 0 for what does not exist. */
export async function currentVersions(tx: Tx, resources: readonly Resource[]): Promise<number[]> {
  const versions = await read(resources, selectVersions, tx);
  return resources.map((resource) => versions.get(keyOf(resource)) ?? 0);
}

const keyOf = ({ type, id }: Pick<Resource, 'type' | 'id'>): string => `${type} ${id}`;

async function compare(resources: readonly Resource[], statement: Statement, tx: Tx): Promise<Moved | undefined> {
  const versions = await read(resources, statement, tx);
  const moved = inOrder(resources).find((resource) => (versions.get(keyOf(resource)) ?? 0) !== resource.version);
  return moved && { resource: moved, now: versions.get(keyOf(moved)) ?? 0 };
}

async function read(resources: readonly Resource[], statement: Statement, tx: Tx): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  const ordered = inOrder(resources);
  for (const [type, group] of Map.groupBy(ordered, (resource) => resource.type)) {
    for (let start = 0; start < group.length; start += AT_ONCE) {
      const ids = group.slice(start, start + AT_ONCE).map(({ id }) => id);
      const { rows } = await (statement(type, ids) as RawBuilder<{ id: string; version: number }>).execute(tx);
      for (const { id, version } of rows) versions.set(`${type} ${id}`, version);
    }
  }
  return versions;
}

const inOrder = (resources: readonly Resource[]): Resource[] =>
  resources.toSorted((a, b) => (`${a.type} ${a.id}` < `${b.type} ${b.id}` ? -1 : 1));
