import { randomUUID } from 'node:crypto';
import { digestOfPolicy, insertPolicy } from '../../backend-mock/src/policy/policies-repository.ts';
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

/**
 * Makes a policy active as if an administrator had signed it: also one that no administrator could, because the check
 * refuses it.
 *
 * @returns its digest.
 */
export async function activate(
  { backend }: Pick<Lab, 'backend'>,
  policy: string,
  packs: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { database, environment } = backend;
  const text = { file: 'test.yaml', policy, packs };
  const digest = digestOfPolicy(text);
  await database.transaction(async (tx) => {
    const activatedAt = await database.now(tx);
    const row = { digest, name: 'test', text, activatedBy: 'p_test', activatedAt, auditId: randomUUID() };
    await insertPolicy(tx, environment, row);
  });
  return digest;
}
