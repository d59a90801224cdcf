import type { JsonObject } from '@narrow-deputies/contracts';
import { sql } from 'kysely';
import { approvalsOf } from '../approvals/approvals-repository.ts';
import { rfc3339 } from '../common/clock.ts';
import type { Tx } from '../database/database.ts';
import type { Plan } from '../plans/plan.ts';
import { findTask } from '../tasks/tasks-repository.ts';

const moment = (time: number | null): string | null => (time === null ? null : rfc3339(time));

/** What a plan was, without what it said. */
export const planFacts = (plan: Plan): JsonObject => ({
  planId: plan.id,
  planDigest: plan.digest,
  planTool: plan.planTool,
  commitTool: plan.commitTool,
  state: plan.state,
  client: plan.clientId,
  agent: plan.agent,
  owner: plan.ownerId,
  approval: plan.decision.approval,
  createdAt: rfc3339(plan.createdAt),
  expiresAt: rfc3339(plan.expiresAt),
  committedAt: moment(plan.committedAt),
  erasedAt: moment(plan.erasedAt),
});

/** Who decided on it, and with what. */
export const approvalFacts = async (tx: Tx, planId: string): Promise<JsonObject[]> =>
  (await approvalsOf(tx, planId)).map(({ id, personId, keyid, decision, assurance, createdAt }) => ({
    approvalId: id,
    person: personId,
    keyid,
    decision,
    assurance,
    at: rfc3339(createdAt),
  }));

/** @returns null for a task that is not there. */
export async function taskFacts(tx: Tx, taskId: string): Promise<JsonObject | null> {
  const task = await findTask(tx, taskId);
  if (!task) return null;
  return {
    taskId,
    resource: { ...task.resource },
    tools: [...task.tools],
    sum: task.sum && { ...task.sum },
    spent: task.spent,
    uses: task.uses,
    usesMaximum: task.usesMaximum,
    grantedBy: task.createdBy,
    createdAt: rfc3339(task.createdAt),
    expiresAt: rfc3339(task.expiresAt),
    revokedBy: task.revokedBy,
    revokedAt: moment(task.revokedAt),
  };
}

const VERSION = /^(.+)@([0-9a-f]{12})$/;

/**
 * The policy that an entry names as `name@digest`, as it was made active last before then.
 *
 * @param time milliseconds.
 */
export async function policyFacts(tx: Tx, version: unknown, time: number): Promise<JsonObject | null> {
  const [, name, digest] = (typeof version === 'string' && VERSION.exec(version)) || [];
  if (name === undefined || digest === undefined) return null;
  const row = await tx
    .selectFrom('policies')
    .select(['digest', 'activated_at', 'activated_by', 'audit_id'])
    .where('digest', 'like', `sha-256:${digest}%`)
    .where('activated_at', '<=', time)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    version: `${name}@${digest}`,
    digest: row?.digest ?? null,
    activatedAt: moment(row?.activated_at ?? null),
    activatedBy: row?.activated_by ?? null,
    auditId: row?.audit_id ?? null,
  };
}

/** All that one run of a server did, in sum. */
export async function runFacts(tx: Tx, run: string): Promise<JsonObject> {
  const { rows } = await sql<{ entries: number; first: number; last: number; denied: number }>`
    select count(*) as entries, min(time) as first, max(time) as last,
      coalesce(sum(case when outcome in ('refused', 'failed') then refusals else 0 end), 0) as denied
    from audit_entries where run_id = ${run}`.execute(tx);
  const { entries = 0, first = null, last = null, denied = 0 } = rows[0] ?? {};
  return { run, entries, denied, from: moment(first), to: moment(last) };
}

/** Whose calls a stop could have met, and when. Times in milliseconds. */
export interface Stoppable {
  readonly keyids: readonly string[];
  readonly agents: readonly string[];
  readonly tools: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Stops that stood at some time between the first and the last entry of a thread. */
export async function stopFacts(tx: Tx, { keyids, agents, tools, from, to }: Stoppable): Promise<JsonObject[]> {
  const rows = await tx
    .selectFrom('suspensions')
    .selectAll()
    .where('suspended_at', '<=', to)
    .where((where) => where.or([where('resumed_at', 'is', null), where('resumed_at', '>=', from)]))
    .where((where) =>
      where.or([
        where('kind', '=', 'everything'),
        ...(
          [
            ['token', keyids],
            ['agent', agents],
            ['tool', tools],
          ] as const
        )
          .filter(([, targets]) => targets.length > 0)
          .map(([kind, targets]) => where.and([where('kind', '=', kind), where('target', 'in', targets)])),
      ]),
    )
    .orderBy('suspended_at')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    suspensionId: row.id,
    kind: row.kind,
    target: row.target,
    suspendedBy: row.suspended_by,
    suspendedAt: rfc3339(row.suspended_at),
    resumedBy: row.resumed_by,
    resumedAt: moment(row.resumed_at),
  }));
}
