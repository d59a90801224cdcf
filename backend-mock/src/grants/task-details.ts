import type { Contract } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import type { AuthorizationDetail } from './grant.ts';

const mismatch = (): Refusal =>
  new Refusal('task_mismatch', {
    detail: "The grant is narrowed to a task that does not cover this call. Use the task's own tools and resource.",
    conditions: ['other_task'],
  });

/** @throws Refusal `task_mismatch` when the grant is narrowed and no detail names the tool. */
export function taskCovers(details: readonly AuthorizationDetail[] | null, tool: string): void {
  if (details !== null && !details.some((detail) => detail.actions.includes(tool))) throw mismatch();
}

/**
 * Every record that a call is about has to be one that a detail naming the tool identifies: those of the contract's own
 * resource type. Others that it touches follow from them (the order of a ticket's customer), which the operation sees to.
 * A narrowed call about no record touches who knows what: it is not covered.
 *
 * @throws Refusal `task_mismatch`.
 */
export function taskCoversResources(
  details: readonly AuthorizationDetail[] | null,
  { name: tool, resourceType }: Pick<Contract, 'name' | 'resourceType'>,
  touched: readonly { readonly type: string; readonly id: string }[],
): void {
  if (details === null) return;
  const resources = touched.filter(({ type }) => type === resourceType);
  const covered = (resource: { type: string; id: string }): boolean =>
    details.some(
      (detail) => detail.type === resource.type && detail.identifier === resource.id && detail.actions.includes(tool),
    );
  if (resources.length === 0 || !resources.every(covered)) throw mismatch();
}
