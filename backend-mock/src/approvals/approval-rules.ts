import type { ApprovalLevel } from '@narrow-deputies/contracts';
import type { Person } from '../people/people-repository.ts';

/**
 * Whether one person may decide on a plan at a level. `owner`: the plan's own person; `reviewer` and `two_reviewers`:
 * somebody else who holds the role. Pure.
 */
export function mayDecide(person: Person, level: ApprovalLevel, planOwnerId: string): boolean {
  if (person.state !== 'active') return false;
  if (level === 'reviewer' || level === 'two_reviewers') {
    return person.id !== planOwnerId && person.roles.includes('reviewer');
  }
  return person.id === planOwnerId && person.roles.includes('owner');
}

/** How many different people have to approve. */
export const quorum = (level: ApprovalLevel): number => (level === 'none' ? 0 : level === 'two_reviewers' ? 2 : 1);
