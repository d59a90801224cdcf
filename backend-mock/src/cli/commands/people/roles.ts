import { InvalidArgumentError } from 'commander';
import { PERSON_ROLES, type PersonRole } from '../../../people/people-repository.ts';

/** Collects `--role a --role b`, or `--role a,b`. */
export function collectRoles(value: string, previous: readonly PersonRole[] = []): PersonRole[] {
  const given = value.split(/[\s,]+/).filter(Boolean);
  const roles = PERSON_ROLES.filter((role) => given.includes(role) || previous.includes(role));
  if (given.length === 0 || given.some((role) => !PERSON_ROLES.some((known) => known === role))) {
    throw new InvalidArgumentError(`Roles are: ${PERSON_ROLES.join(', ')}.`);
  }
  return roles;
}

/** What the option is called everywhere. */
export const ROLE_OPTION = '--role <role>';
export const ROLE_HELP = `${PERSON_ROLES.join(', ')}; repeat for more`;
