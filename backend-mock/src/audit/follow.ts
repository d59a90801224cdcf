import type { JsonObject } from '@narrow-deputies/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Plan } from '../plans/plan.ts';
import { findPlan } from '../plans/plans-repository.ts';
import type { AuditEntry } from './entry.ts';
import type { NameKind } from './named.ts';
import { approvalFacts, planFacts, policyFacts, runFacts, stopFacts, taskFacts } from './thread-facts.ts';

/** Entries of each kind of tie that a thread shows at most: the first and the last of them, where there are more. */
const SHOWN_MAX = 100;

/** How an entry belongs to a thread. */
export type Tie = 'self' | 'plan' | 'trace' | 'task' | 'export' | 'suspension' | 'policy';

interface Tied {
  readonly position: number;
  readonly tie: Tie;
  readonly entry: AuditEntry;
}

/**
 * One thread: from an entry or a plan back to what led to it (plan, approvals, rules, policy, run, trace, task, stops) and
 * on to what came of it. Whatever is not there any more is left out.
 *
 * @param id of an entry or of a plan.
 * @returns undefined where there is neither.
 */
export async function followThread(tx: Tx, id: string): Promise<JsonObject | undefined> {
  const self = await read(tx, 'self', sql`audit_id = ${id}`);
  const start = self.at(0)?.entry;
  const planId = start ? start.plan : id;
  const plan = planId === null ? undefined : await findPlan(tx, planId);
  if (!start && !plan) return undefined;
  const tied = [...self, ...(await planTies(tx, planId))];
  const traceId = start?.traceId ?? plan?.traceId ?? null;
  if (traceId !== null) tied.push(...(await read(tx, 'trace', sql`trace_id = ${traceId}`)));
  const taskId = taskOf(start, tied);
  if (taskId !== undefined) tied.push(...(await taskTies(tx, taskId, start)));
  const stops = await stopsOf(tx, start, plan, tied);
  for (const { suspensionId } of stops) tied.push(...(await namedTies(tx, 'suspension', String(suspensionId))));
  tied.push(...(await refusedBy(tx, start)));
  const policy = await policyOf(tx, tied);
  if (typeof policy?.['auditId'] === 'string') {
    tied.push(...(await read(tx, 'policy', sql`audit_id = ${policy['auditId']}`)));
  }
  const run = start?.run ?? plan?.runId ?? null;
  const timeline = inOrder(tied);
  return {
    id,
    of: start ? 'entry' : 'plan',
    plan: plan ? planFacts(plan) : null,
    approvals: plan ? await approvalFacts(tx, plan.id) : [],
    rules: [...new Set(timeline.filter(isCall).flatMap(({ entry }) => entry.rules))],
    policy,
    run: run === null ? null : await runFacts(tx, run),
    traceId,
    task: taskId === undefined ? null : await taskFacts(tx, taskId),
    suspensions: stops,
    timeline: timeline.map(({ tie, entry }) => ({ tie, entry: { ...entry } as never })),
  };
}

/** Entries that a condition on their columns names, the first and the last of them. */
async function read(tx: Tx, tie: Tie, condition: RawBuilder<unknown>): Promise<Tied[]> {
  const half = sql.lit(SHOWN_MAX / 2);
  const { rows } = await sql<{ position: number; entry: string }>`
    select position, entry from audit_entries where position in (
      select position from (select position from audit_entries where ${condition} order by position limit ${half}) as first
      union
      select position from (select position from audit_entries where ${condition} order by position desc limit ${half})
        as last)`.execute(tx);
  return rows.map(({ position, entry }) => ({ position, tie, entry: JSON.parse(entry) as AuditEntry }));
}

const namedTies = (tx: Tx, kind: NameKind & Tie, name: string, tools?: readonly string[]): Promise<Tied[]> => {
  const named = sql`position in (select position from audit_names where kind = ${kind} and name = ${name})`;
  return read(tx, kind, tools ? sql`${named} and tool in (${sql.join(tools)})` : named);
};

/** Everything about the plan, and what became of the file that it made. */
async function planTies(tx: Tx, planId: string | null): Promise<Tied[]> {
  if (planId === null) return [];
  const tied = await read(tx, 'plan', sql`plan_id = ${planId}`);
  const files = await tx.selectFrom('exports').select('id').where('plan_id', '=', planId).execute();
  for (const { id } of files) tied.push(...(await namedTies(tx, 'export', id)));
  return tied;
}

/** The task that the entry, or the commit of its plan, rests on or is about. */
function taskOf(start: AuditEntry | undefined, tied: readonly Tied[]): string | undefined {
  const about = start?.details['taskId'];
  if (typeof about === 'string') return about;
  return [start?.task, ...tied.map(({ entry }) => entry.task)].find((task) => typeof task === 'string');
}

/** How the task came and went; what was done under it where the thread began with the task itself. */
const taskTies = (tx: Tx, taskId: string, start: AuditEntry | undefined): Promise<Tied[]> =>
  namedTies(
    tx,
    'task',
    taskId,
    start?.kind === 'person' && start.plan === null ? undefined : ['people.grant_task', 'people.revoke_task'],
  );

/** Stops that stood meanwhile, and the one that the entry made, took back or met. */
async function stopsOf(
  tx: Tx,
  start: AuditEntry | undefined,
  plan: Plan | undefined,
  tied: readonly Tied[],
): Promise<JsonObject[]> {
  const own = tied.filter(({ tie, entry }) => tie !== 'trace' && entry.kind !== 'person').map(({ entry }) => entry);
  const times = [...tied.map(({ entry }) => Date.parse(entry.time)), ...(plan ? [plan.createdAt] : [])];
  const stops = await stopFacts(tx, {
    keyids: several([...own.map(({ keyid }) => keyid), plan?.keyid]),
    agents: several([...own.map(({ agent }) => agent), plan?.agent]),
    tools: several([...own.map(({ tool }) => tool), plan?.planTool, plan?.commitTool]),
    from: Math.min(...times),
    to: Math.max(...times),
  });
  const about = start?.details['suspensionId'];
  if (typeof about !== 'string' || stops.some(({ suspensionId }) => suspensionId === about)) return stops;
  return [
    ...stops,
    { suspensionId: about, kind: start?.details['kind'] ?? null, target: start?.details['target'] ?? null },
  ];
}

const several = (values: readonly (string | null | undefined)[]): string[] => [
  ...new Set(values.filter((value) => typeof value === 'string')),
];

/** Calls that met the stop that the entry made. */
async function refusedBy(tx: Tx, start: AuditEntry | undefined): Promise<Tied[]> {
  const id = start?.details['suspensionId'];
  if (typeof id !== 'string') return [];
  const stop = await tx.selectFrom('suspensions').selectAll().where('id', '=', id).executeTakeFirst();
  if (!stop) return [];
  const met = {
    everything: sql`1 = 1`,
    token: sql`keyid = ${stop.target}`,
    agent: sql`agent = ${stop.target}`,
    tool: sql`tool = ${stop.target}`,
  }[stop.kind];
  const until = stop.resumed_at === null ? sql`1 = 1` : sql`time <= ${stop.resumed_at}`;
  return read(tx, 'suspension', sql`code = 'suspended' and time >= ${stop.suspended_at} and ${until} and ${met}`);
}

/** The policy that decided last in this thread. */
async function policyOf(tx: Tx, tied: readonly Tied[]): Promise<JsonObject | null> {
  const decided = tied
    .filter(({ tie, entry }) => tie !== 'trace' && entry.decisionInput['policy'] !== undefined)
    .toSorted((a, b) => b.position - a.position)[0]?.entry;
  return decided ? policyFacts(tx, decided.decisionInput['policy'], Date.parse(decided.time)) : null;
}

const isCall = ({ tie, entry }: Tied): boolean =>
  (tie === 'self' || tie === 'plan') && ['read', 'plan', 'commit'].includes(entry.kind);

/** Each entry once, by its first tie, in the order in which they were written. */
function inOrder(tied: readonly Tied[]): Tied[] {
  const found = new Map<number, Tied>();
  for (const each of tied) if (!found.has(each.position)) found.set(each.position, each);
  return [...found.values()].toSorted((a, b) => a.position - b.position);
}
