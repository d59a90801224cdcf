import { randomUUID } from 'node:crypto';
import type { Tx } from '../database/database.ts';
import { digestOfPolicy, insertPolicy } from '../policy/policies-repository.ts';
import type { ProbeOptions } from './probe.ts';

const textOf = (environment: string, effect: 'deny' | 'require_approval'): string => `version: 1
name: self-check
environment: ${environment}
time_zone: Etc/UTC
rules:
  - id: everything
    effect: ${effect}
${effect === 'deny' ? '' : '    approval: owner\n'}    when: {}
`;

/**
 * Makes a policy active under which nothing happens by itself, whatever the environment's own one says at this hour.
 * Undone with everything else that a probe leaves.
 */
export async function activateProbePolicy(
  tx: Tx,
  { environment }: ProbeOptions,
  effect: 'deny' | 'require_approval',
  now: number,
): Promise<void> {
  const text = { file: 'self-check', policy: textOf(environment, effect), packs: {} };
  await insertPolicy(tx, environment, {
    digest: digestOfPolicy(text),
    name: 'self-check',
    text,
    activatedBy: null,
    activatedAt: now,
    auditId: randomUUID(),
  });
}
