import type { JsonObject, Risk } from '@narrow-deputies/contracts';
import { sql } from 'kysely';
import type { Reader, Tx } from '../database/database.ts';
import { BATCH, someOf } from '../database/due-rows.ts';
import type { Tables } from '../database/schema.ts';
import type { PolicyDecision, Release } from '../policy/decision.ts';
import type { Principal } from '../principal/principal.ts';
import type { Plan, Resource } from './plan.ts';
import { nextState, OPEN_STATES, statesBefore, type PlanEvent } from './plan-state.ts';

type Row = Tables['plans'];

/** Of plans that were made under the built-in policy of earlier versions. */
const OLDER = { reviewerRoles: [], reasons: {}, signs: [] };

const toPlan = (row: Row): Plan => ({
  id: row.id,
  planTool: row.plan_tool,
  commitTool: row.commit_tool,
  clientId: row.client_id,
  keyid: row.keyid,
  ownerId: row.owner_id,
  agent: row.agent,
  environment: row.environment,
  runId: row.run_id,
  taskId: row.task_id,
  traceId: row.trace_id,
  state: row.state,
  digest: row.digest,
  fingerprint: row.fingerprint,
  digestInput: row.digest_input,
  arguments: JSON.parse(row.arguments) as JsonObject,
  resources: JSON.parse(row.resources) as Resource[],
  preview: JSON.parse(row.preview) as JsonObject,
  shownDigest: row.shown_digest,
  decision: { ...OLDER, ...(JSON.parse(row.decision) as PolicyDecision) },
  risk: JSON.parse(row.risk) as Risk,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  committedAt: row.committed_at,
  receipt: row.receipt === null ? null : (JSON.parse(row.receipt) as JsonObject),
  erasedAt: row.erased_at,
});

/**
 * The plan waits again.
 *
 * @param release whom it waits for: what satisfies both decisions.
 * @param second the decision that asks for more; people are shown why it does.
 */
export async function askForMore(tx: Tx, plan: Plan, release: Release, second: PolicyDecision): Promise<void> {
  const { decision: before, rules, reasons } = plan.decision;
  const decision: PolicyDecision = {
    ...second,
    ...release,
    decision: 'require_approval',
    rules: [...new Set([...(before === 'require_approval' ? rules : []), ...second.rules])],
    reasons: { ...reasons, ...second.reasons },
  };
  const open = await tx
    .updateTable('plans')
    .set({ decision: JSON.stringify(decision), risk: JSON.stringify(second.risk), state: 'pending_approval' })
    .where('id', '=', plan.id)
    .where('state', 'in', [...OPEN_STATES])
    .executeTakeFirst();
  if (open.numUpdatedRows === 0n) throw new Error('A plan that was locked changed its state.');
}

export async function findPlan(tx: Reader, id: string): Promise<Plan | undefined> {
  const row = await tx.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toPlan(row);
}

/**
 * The plan as it is after everybody who is changing it has finished, and until this transaction ends: a commit that races
 * another one sees its receipt, not its traces.
 */
export async function lockPlan(tx: Tx, id: string): Promise<Plan | undefined> {
  const row = await tx
    .updateTable('plans')
    .set((columns) => ({ state: columns.ref('state') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && toPlan(row);
}

/** The principal's open plan that would do exactly the same, if there is one. */
export async function findOpenTwin(tx: Tx, who: Principal, fingerprint: string): Promise<Plan | undefined> {
  const row = await tx
    .selectFrom('plans')
    .selectAll()
    .where('client_id', '=', who.clientId)
    .where('owner_id', '=', who.ownerId)
    .where('fingerprint', '=', fingerprint)
    .where('state', 'in', OPEN_STATES)
    .executeTakeFirst();
  return row && toPlan(row);
}

/** Plans that wait for a person, newest first. */
export async function listPending(tx: Reader, now: number): Promise<Plan[]> {
  const rows = await tx
    .selectFrom('plans')
    .selectAll()
    .where('state', '=', 'pending_approval')
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(toPlan);
}

/** What there is of one owner's plans when a further one comes. */
export interface OpenPlans {
  /** How many are open now, of one principal, and of its owner over all clients. */
  readonly client: number;
  readonly owner: number;
  /** Whether the principal has one that would do exactly the same. */
  readonly twin: boolean;
  /** Whether there are some whose time has passed, and whose state does not say so. */
  readonly overdue: boolean;
}

/** Looks at the owner's open plans: one statement. @param now milliseconds. */
export async function countOpen(tx: Tx, who: Principal, now: number, fingerprint?: string): Promise<OpenPlans> {
  const rows = await tx
    .selectFrom('plans')
    .select(['client_id', 'fingerprint', 'expires_at'])
    .where('owner_id', '=', who.ownerId)
    .where('state', 'in', OPEN_STATES)
    .execute();
  const open = rows.filter((row) => row.expires_at > now);
  const own = open.filter((row) => row.client_id === who.clientId);
  return {
    client: own.length,
    owner: open.length,
    twin: own.some((row) => row.fingerprint === fingerprint),
    overdue: open.length < rows.length,
  };
}

export async function insertPlan(
  tx: Tx,
  plan: Plan,
  contents: readonly { name: string; digest: string; bytes: Uint8Array }[],
): Promise<void> {
  await tx
    .insertInto('plans')
    .values({
      id: plan.id,
      plan_tool: plan.planTool,
      commit_tool: plan.commitTool,
      client_id: plan.clientId,
      keyid: plan.keyid,
      owner_id: plan.ownerId,
      agent: plan.agent,
      environment: plan.environment,
      run_id: plan.runId,
      task_id: plan.taskId,
      trace_id: plan.traceId,
      state: plan.state,
      digest: plan.digest,
      fingerprint: plan.fingerprint,
      digest_input: plan.digestInput,
      arguments: JSON.stringify(plan.arguments),
      resources: JSON.stringify(plan.resources),
      preview: JSON.stringify(plan.preview),
      shown_digest: plan.shownDigest,
      decision: JSON.stringify(plan.decision),
      risk: JSON.stringify(plan.risk),
      created_at: plan.createdAt,
      expires_at: plan.expiresAt,
      committed_at: null,
      receipt: null,
      erased_at: null,
    })
    .execute();
  if (contents.length === 0) return;
  await tx
    .insertInto('plan_contents')
    .values(
      contents.map(({ name, digest, bytes }) => ({
        plan_id: plan.id,
        name,
        digest,
        content: Buffer.from(bytes).toString('base64'),
      })),
    )
    .execute();
}

export interface StoredContent {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Everything that a plan carries, by name. */
export async function storedContents(tx: Reader, planId: string): Promise<ReadonlyMap<string, StoredContent>> {
  const rows = await tx
    .selectFrom('plan_contents')
    .select(['name', 'digest', 'content'])
    .where('plan_id', '=', planId)
    .orderBy('name')
    .execute();
  return new Map(
    rows.map(({ name, digest, content }) => [name, { digest, bytes: Buffer.from(content, 'base64') }] as const),
  );
}

export const textsOf = (contents: ReadonlyMap<string, StoredContent>): Record<string, string> =>
  Object.fromEntries([...contents].map(([name, { bytes }]) => [name, bytes.toString('utf8')]));

/** Everything that a plan carries, by name, as text. */
export const contentsOf = async (tx: Tx, planId: string): Promise<Record<string, string>> =>
  textsOf(await storedContents(tx, planId));

/**
 * Moves a plan along its life, only from a state in which the event can happen.
 *
 * @returns false when the plan was in no such state: somebody else moved it first.
 */
export async function movePlan(tx: Tx, plan: Pick<Plan, 'id' | 'state'>, event: PlanEvent): Promise<boolean> {
  const state = nextState(plan.state, event);
  if (state === undefined) return false;
  const row = await tx
    .updateTable('plans')
    .set({ state })
    .where('id', '=', plan.id)
    .where('state', '=', plan.state)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The guarded update of a commit: its WHERE holds every condition on the plan itself.
 *
 * @param now milliseconds, from the database's clock.
 * @param receipt what a repeated commit answers with from now on.
 * @returns false when any of them no longer holds.
 */
export async function markCommitted(
  tx: Tx,
  plan: Pick<Plan, 'id' | 'clientId' | 'ownerId' | 'commitTool' | 'digest' | 'environment'>,
  now: number,
  receipt: JsonObject,
): Promise<boolean> {
  const row = await tx
    .updateTable('plans')
    .set({ state: 'committed', committed_at: now, receipt: JSON.stringify(receipt) })
    .where('id', '=', plan.id)
    .where('client_id', '=', plan.clientId)
    .where('owner_id', '=', plan.ownerId)
    .where('commit_tool', '=', plan.commitTool)
    .where('digest', '=', plan.digest)
    .where('environment', '=', plan.environment)
    .where('state', 'in', statesBefore('commit'))
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Marks a batch of plans whose time has passed. @returns how many. */
export async function expirePlans(tx: Tx, now: number, most = BATCH): Promise<number> {
  const due = sql<boolean>`state in (${sql.join(statesBefore('expire'))}) and expires_at <= ${now}`;
  const result = await tx
    .updateTable('plans')
    .set({ state: 'expired' })
    .where(someOf(tx, { table: 'plans', due, order: 'expires_at', most }))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Ends every open plan of whoever acts for a person. @returns how many. */
export async function revokePlansFor(tx: Tx, ownerId: string): Promise<number> {
  const result = await tx
    .updateTable('plans')
    .set({ state: 'revoked' })
    .where('owner_id', '=', ownerId)
    .where('state', 'in', statesBefore('revoke'))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Ends every open plan of a principal that has no credential left. @returns how many. */
export async function revokePlans(tx: Tx, who: Principal): Promise<number> {
  const result = await tx
    .updateTable('plans')
    .set({ state: 'revoked' })
    .where('client_id', '=', who.clientId)
    .where('owner_id', '=', who.ownerId)
    .where('state', 'in', statesBefore('revoke'))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
