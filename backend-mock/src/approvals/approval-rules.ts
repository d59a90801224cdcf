import type { ApprovalLevel } from '@narrow-deputies/contracts';
import type { Person } from '../people/people-repository.ts';
import type { Release } from '../policy/decision.ts';

/**
 * Whether one person may decide on a plan. `owner`: the plan's own person; `reviewer` and `two_reviewers`: somebody else
 * who holds every role that is asked for. Pure.
 */
export function mayDecide(person: Person, { approval, reviewerRoles }: Release, planOwnerId: string): boolean {
  if (person.state !== 'active') return false;
  if (approval === 'reviewer' || approval === 'two_reviewers') {
    const needed: readonly string[] = reviewerRoles.length > 0 ? reviewerRoles : ['reviewer'];
    const held: readonly string[] = person.roles;
    return person.id !== planOwnerId && needed.every((role) => held.includes(role));
  }
  return person.id === planOwnerId && person.roles.includes('owner');
}

/** How many different people have to approve. */
export const quorum = (level: ApprovalLevel): number => (level === 'none' ? 0 : level === 'two_reviewers' ? 2 : 1);
