import type { Contract, JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { Evidence } from '../people/credential.ts';
import type { Resource } from '../plans/plan.ts';
import { isSamePrincipal, type Principal } from '../principal/principal.ts';

/** The longest that a task lasts. */
export const TASK_LIFE_MAX_MS = 8 * 60 * 60_000;

/** How much money the commits of a task may move together. */
export interface TaskSum {
  /** Minor units of `currency`. */
  readonly maximum: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** What a person says yes to, all of it signed. */
export interface TaskTerms {
  readonly clientId: string;
  /** Commit tools, sorted. */
  readonly tools: readonly string[];
  readonly resource: Pick<Resource, 'type' | 'id'>;
  /** Null where none of the tools moves money. */
  readonly sum: TaskSum | null;
  /** Null = as often as the sum and the time allow. */
  readonly usesMaximum: number | null;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Some changes of one record that a person approved beforehand. Only how much is used, and `state`, ever change. */
export interface Task extends TaskTerms, Principal {
  readonly id: string;
  readonly agent: string;
  /** JSON pointer to the argument that is added up. */
  readonly sumPointer: string | null;
  readonly spent: number;
  readonly uses: number;
  readonly state: 'active' | 'revoked';
  /** Person. */
  readonly createdBy: string;
  readonly keyid: string;
  readonly evidence: Evidence;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly revokedBy: string | null;
  readonly revokedAt: number | null;
}

/** What one commit asks of a task. */
export interface TaskUse extends Principal {
  readonly tool: string;
  readonly resource: Pick<Resource, 'type' | 'id'>;
  readonly money: { readonly pointer: string; readonly amount: number; readonly currency: string } | null;
}

type Tool = Pick<Contract, 'name' | 'kind' | 'action' | 'resourceType' | 'ships' | 'approval' | 'money'>;

/** Why no task can cover a tool, in words that follow its name; undefined where one can. Pure. */
export function untaskable({ kind, ships, action, approval }: Omit<Tool, 'name'>): string | undefined {
  if (kind !== 'commit') return 'commits nothing; a task names commit tools';
  // The first law: no policy and no task releases what the public or a customer reads.
  if (ships) return 'ships text to the public or a customer, and a person sees those very words each time';
  if (action === 'export') return 'takes data out, and a person looks at each export';
  if (approval !== 'none' && approval !== 'owner') return 'takes a reviewer, whom its owner cannot stand in for';
  return undefined;
}

/**
 * What a commit, or the plan for one, asks of a task. Pure.
 *
 * @param contract of the commit.
 * @param touched the records that it is about.
 * @param args of the plan.
 * @returns undefined where no task can cover it: the tool is not for tasks, it is about several records of its kind or
 *   none, or it does not say in whole minor units how much it moves.
 */
export function taskUse(
  { clientId, ownerId }: Principal,
  contract: Tool,
  touched: readonly Pick<Resource, 'type' | 'id'>[],
  args: JsonObject,
): TaskUse | undefined {
  if (untaskable(contract) !== undefined) return undefined;
  const ids = new Set(touched.filter(({ type }) => type === contract.resourceType).map(({ id }) => id));
  const [id] = ids;
  if (id === undefined || ids.size > 1) return undefined;
  const use = { clientId, ownerId, tool: contract.name, resource: { type: contract.resourceType, id } };
  if (contract.money === null) return { ...use, money: null };
  const amount = valueAt(args, contract.money);
  const currency = valueAt(args, contract.money.replace(/[^/]*$/, 'currency'));
  if (!isAmount(amount) || typeof currency !== 'string') return undefined;
  return { ...use, money: { pointer: contract.money, amount, currency } };
}

const isAmount = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

/** RFC 6901, within objects. */
function valueAt(args: JsonObject, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = args;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, token)) {
      return undefined;
    }
    value = value[token];
  }
  return value;
}

/** Whether a task covers a use now. The same as the store's own condition, which is the one that decides. Pure. */
export function covers(task: Task, use: TaskUse, now: number): boolean {
  const { sum, usesMaximum } = task;
  return (
    taskState(task, now) === 'active' &&
    isSamePrincipal(task, use) &&
    task.resource.type === use.resource.type &&
    task.resource.id === use.resource.id &&
    task.tools.includes(use.tool) &&
    (usesMaximum === null || task.uses < usesMaximum) &&
    (use.money === null ||
      (sum !== null &&
        task.sumPointer === use.money.pointer &&
        sum.currency === use.money.currency &&
        sum.maximum - task.spent >= use.money.amount))
  );
}

export type TaskState = 'active' | 'used_up' | 'expired' | 'revoked';

/** How a task stands. Pure. */
export function taskState({ state, expiresAt, uses, usesMaximum }: Task, now: number): TaskState {
  if (state === 'revoked') return 'revoked';
  if (expiresAt <= now) return 'expired';
  return usesMaximum !== null && uses >= usesMaximum ? 'used_up' : 'active';
}
