import type { JsonObject } from '@narrow-deputies/contracts';
import type { Lab } from './lab.ts';

/** Everything in scope may be read and planned; rules for commits follow. */
const BASE = `version: 1
name: test
environment: development
time_zone: Etc/UTC
rules:
  - id: reads-and-plans
    effect: allow
    when: { kinds: [read, plan] }
`;

/** A policy under which reads and plans are allowed, and commits go by these further rules and limits. */
export const policyWith = (rules: string, environment = 'development'): string =>
  `${BASE.replace('environment: development', `environment: ${environment}`)}${rules}`;

/** Commits that a person has to approve, at this level. */
export const askingFor = (approval: 'owner' | 'reviewer' | 'two_reviewers', role?: string): string =>
  policyWith(`  - id: people-release-commits
    effect: require_approval
    approval: ${approval}
${role === undefined ? '' : `    reviewer_role: ${role}\n`}    when: { kinds: [commit] }
`);

/** Nothing may be committed. */
export const DENYING = policyWith(`  - id: no-commits
    effect: deny
    when: { kinds: [commit] }
`);

/** Everything is released by policy itself. */
export const ALLOWING = policyWith(`  - id: all-commits
    effect: allow
    when: { kinds: [commit] }
`);

/** Makes a policy active as an administrator does. @returns the answer of the act. */
export async function activate(
  lab: Pick<Lab, 'people'>,
  policy: string,
  packs: Readonly<Record<string, string>> = {},
): Promise<JsonObject> {
  const { status, json } = await lab.people.owner.call('activate_policy', { file: 'test.yaml', policy, packs });
  if (status !== 200) throw new Error(`The policy was not activated: ${JSON.stringify(json)}`);
  return json;
}
