import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { Evidence } from '../people/credential.ts';
import type { Task, TaskUse } from './task.ts';

const toTask = (row: Selectable<Tables['tasks']>): Task => ({
  id: row.id,
  ownerId: row.owner_id,
  clientId: row.client_id,
  agent: row.agent,
  tools: JSON.parse(row.tools) as string[],
  resource: { type: row.resource_type, id: row.resource_id },
  sumPointer: row.sum_pointer,
  sum: row.sum_maximum === null || row.currency === null ? null : { maximum: row.sum_maximum, currency: row.currency },
  spent: row.spent,
  usesMaximum: row.uses_maximum,
  uses: row.uses,
  reason: row.reason,
  state: row.state,
  createdBy: row.created_by,
  keyid: row.keyid,
  evidence: JSON.parse(row.evidence) as Evidence,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedBy: row.revoked_by,
  revokedAt: row.revoked_at,
});

export async function insertTask(tx: Tx, task: Task): Promise<void> {
  await tx
    .insertInto('tasks')
    .values({
      id: task.id,
      owner_id: task.ownerId,
      client_id: task.clientId,
      agent: task.agent,
      tools: JSON.stringify(task.tools),
      resource_type: task.resource.type,
      resource_id: task.resource.id,
      sum_pointer: task.sumPointer,
      currency: task.sum?.currency ?? null,
      sum_maximum: task.sum?.maximum ?? null,
      spent: task.spent,
      uses_maximum: task.usesMaximum,
      uses: task.uses,
      reason: task.reason,
      state: task.state,
      created_by: task.createdBy,
      keyid: task.keyid,
      evidence: JSON.stringify(task.evidence),
      created_at: task.createdAt,
      expires_at: task.expiresAt,
      revoked_by: task.revokedBy,
      revoked_at: task.revokedAt,
      version: 1,
    })
    .execute();
}

export async function findTask(tx: Tx, id: string): Promise<Task | undefined> {
  const row = await tx.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toTask(row);
}

/** The task as it is after everybody who is using it has finished, and until this transaction ends. */
export async function lockTask(tx: Tx, id: string): Promise<Task | undefined> {
  const row = await tx
    .updateTable('tasks')
    .set((columns) => ({ state: columns.ref('state') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && toTask(row);
}

/** @param ownerId left out = everybody's. @returns the newest first. */
export async function listTasks(tx: Tx, limit: number, ownerId?: string): Promise<Task[]> {
  const rows = await tx
    .selectFrom('tasks')
    .selectAll()
    .$if(ownerId !== undefined, (tasks) => tasks.where('owner_id', '=', ownerId ?? ''))
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toTask);
}

/** @returns false when there is no such task, or it was revoked before. */
export async function revokeTask(tx: Tx, id: string, by: { person: string; at: number }): Promise<boolean> {
  const row = await tx
    .updateTable('tasks')
    .set((task) => ({
      state: 'revoked' as const,
      revoked_by: by.person,
      revoked_at: by.at,
      version: task('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('state', '=', 'active')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Every condition that a row has to meet: the same when a task is looked for and when it is used. */
function coveringNow({ clientId, ownerId, tool, resource, money }: TaskUse, now: number): RawBuilder<boolean> {
  const conditions = [
    sql`state = 'active' and expires_at > ${now}`,
    sql`client_id = ${clientId} and owner_id = ${ownerId}`,
    sql`resource_type = ${resource.type} and resource_id = ${resource.id}`,
    sql`tools like ${`%${JSON.stringify(tool).replaceAll(/[!%_]/g, '!$&')}%`} escape '!'`,
    sql`(uses_maximum is null or uses < uses_maximum)`,
  ];
  if (money !== null) {
    conditions.push(
      sql`sum_pointer = ${money.pointer} and currency = ${money.currency} and sum_maximum - spent >= ${money.amount}`,
    );
  }
  return sql`${sql.join(conditions, sql` and `)}`;
}

/**
 * Scalar subquery with the id of a task that would cover a use now, the one that ends first; null where there is none.
 * It only finds: whether its evidence holds, and what is left of it then, is for the commit to see.
 *
 * @param use undefined where no task can cover the call.
 * @param now milliseconds.
 */
export const coveringTask = (use: TaskUse | undefined, now: number): RawBuilder<string | null> =>
  use === undefined
    ? sql<string | null>`(select id from tasks where 1 = 0)`
    : sql<string | null>`(select id from tasks where ${coveringNow(use, now)} order by expires_at, id limit 1)`;

/**
 * Uses a task once, in the transaction of the commit that rests on it. However many commits race, together they stay
 * within its bounds: each waits for the one before it and then meets every condition again.
 *
 * @param now milliseconds.
 * @returns false when the task does not cover the use, or not any more.
 */
export async function spendTask(tx: Tx, now: number, id: string, use: TaskUse): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    update tasks set spent = spent + ${use.money?.amount ?? 0}, uses = uses + 1, version = version + 1
    where id = ${id} and ${coveringNow(use, now)} returning id`.execute(tx);
  return rows.length === 1;
}
