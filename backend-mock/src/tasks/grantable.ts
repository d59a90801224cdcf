import type { Contract } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import type { TokenRecord } from '../grants/tokens-repository.ts';
import type { RegisteredOperation } from '../operations/registry.ts';
import { TASK_LIFE_MAX_MS, untaskable, type TaskTerms } from './task.ts';

/** Contracts of the commits that tasks can cover: none that ships text or takes data out, and each of a record it names. */
export const taskableContracts = (operations: readonly RegisteredOperation[]): readonly Contract[] =>
  operations
    .filter((operation) => untaskable(operation.contract) === undefined && operation.handler.resources !== undefined)
    .map(({ contract }) => contract);

/**
 * Whether tools can be in one task with these terms.
 *
 * @returns the pointer to the argument that is added up; null where no tool moves money.
 * @throws Refusal `invalid_arguments`, saying why not.
 */
export function requireTaskable(
  { tools, resource, sum }: Pick<TaskTerms, 'tools' | 'resource' | 'sum'>,
  operations: readonly RegisteredOperation[],
): string | null {
  const contracts = tools.map((tool) => taskable(tool, operations));
  const other = contracts.find(({ resourceType }) => resourceType !== resource.type);
  if (other) {
    throw unfit(
      `${other.name} changes a record of the type ${other.resourceType}, not ${resource.type}. A task is about one record.`,
      '/tools',
    );
  }
  const [pointer = null, ...more] = new Set(contracts.flatMap(({ money }) => money ?? []));
  if (more.length > 0) throw unfit('These tools move money by different arguments; make a task for each.', '/tools');
  if (pointer !== null && sum === null) {
    throw unfit('One of these tools moves money. Say up to how much, and in which currency.', '/upTo');
  }
  if (pointer === null && sum !== null) throw unfit('None of these tools moves money. Leave the sum out.', '/upTo');
  return pointer;
}

function taskable(tool: string, operations: readonly RegisteredOperation[]): Contract {
  const operation = operations.find(({ contract }) => contract.name === tool);
  if (!operation) throw unfit('One of these tools does not exist.', '/tools');
  const why =
    untaskable(operation.contract) ??
    (operation.handler.resources ? undefined : 'names no record that a task could hold on to');
  if (why !== undefined) throw unfit(`No task covers ${tool}: it ${why}.`, '/tools');
  return operation.contract;
}

/**
 * A task that the active policy takes no notice of would promise what it does not keep.
 *
 * @throws Refusal `invalid_arguments`, naming the tools that would be asked about, or denied, all the same.
 */
export function requireHeeded(
  { tools }: Pick<TaskTerms, 'tools'>,
  agent: string,
  releases: (tool: string, agent: string) => boolean,
): void {
  const ignored = tools.filter((tool) => !releases(tool, agent));
  if (ignored.length === 0) return;
  throw unfit(
    `The active policy takes no notice of tasks for ${ignored.join(', ')} of a ${agent}: it would ask or deny all the same. An administrator can activate one that allows them under "task: bound".`,
    '/tools',
  );
}

/** @throws Refusal `invalid_arguments` for a time that is over, or further away than a task lasts. */
export function requireLife(expiresAt: number, now: number): void {
  if (expiresAt > now && expiresAt <= now + TASK_LIFE_MAX_MS) return;
  throw unfit(`A task ends after now and within ${TASK_LIFE_MAX_MS / 3_600_000} hours.`, '/expiresAt');
}

/**
 * The credential that could use a task: of the person's own agent, with the scopes of all of its tools.
 *
 * @param own those of the client, for this person, that can be used now.
 * @throws Refusal `not_found`, the same for another person's client and for none; `invalid_arguments`.
 */
export function requireHolder(own: readonly TokenRecord[], { tools }: Pick<TaskTerms, 'tools'>): TokenRecord {
  if (own.length === 0) throw new Refusal('not_found', { detail: 'You have no such agent. A task is for your own.' });
  const holder = own.find(({ scopes }) => tools.every((tool) => scopes.some((scope) => scope.endsWith(`:${tool}`))));
  if (holder) return holder;
  throw unfit('This agent holds no token with all of these tools.', '/tools');
}

/** What would be accepted, by argument. */
const FITTING = {
  '/tools': 'Commit tools for one record, which ship nothing and take nothing out.',
  '/upTo': 'An amount with its currency where money moves; nothing where none does.',
  '/expiresAt': 'A time soon enough.',
} as const;

const unfit = (detail: string, pointer: keyof typeof FITTING): Refusal =>
  new Refusal('invalid_arguments', { detail, errors: [{ pointer, message: FITTING[pointer] }] });
