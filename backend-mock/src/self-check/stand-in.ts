import { randomUUID } from 'node:crypto';
import { digestOfJson } from '@narrow-deputies/signing';
import type { Tx } from '../database/database.ts';
import { digestPlan } from '../plans/plan-digest.ts';
import type { Plan } from '../plans/plan.ts';
import { insertPlan } from '../plans/plans-repository.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import type { ProbeOptions } from './probe.ts';

const LIFE_MS = 60_000;
const WAITS: PolicyDecision = {
  decision: 'require_approval',
  approval: 'owner',
  reviewerRoles: [],
  rules: ['self-check'],
  reasons: {},
  input: {},
  policyVersion: 'self-check',
  risk: { score: 0, level: 'low', parts: [] },
  suspend: false,
  signs: [],
};

/** Stores a plan of the probe that nobody has approved. @param now milliseconds. @returns its id. */
export async function insertUnapprovedPlan(tx: Tx, probe: ProbeOptions, now: number): Promise<string> {
  const { operation, environment, clientId, ownerId, keyid } = probe;
  const agent = operation.contract.roles[0] ?? '';
  const expiresAt = now + LIFE_MS;
  const { digest, fingerprint, input } = digestPlan(
    {
      tool: operation.contract.name,
      schemaDigest: operation.schemaDigest,
      arguments: { probe: randomUUID() },
      asked: {},
      contents: {},
      resources: [],
      client: clientId,
      owner: ownerId,
      environment,
      task: null,
      policyVersion: WAITS.policyVersion,
    },
    expiresAt,
  );
  const covered = JSON.parse(input) as { arguments: Plan['arguments'] };
  const plan: Plan = {
    id: randomUUID(),
    planTool: operation.pair.name,
    commitTool: operation.contract.name,
    clientId,
    keyid,
    ownerId,
    agent,
    environment,
    runId: null,
    taskId: null,
    traceId: '0'.repeat(32),
    state: 'pending_approval',
    digest,
    fingerprint,
    digestInput: input,
    arguments: covered.arguments,
    resources: [],
    preview: {},
    shownDigest: digestOfJson({}),
    decision: WAITS,
    risk: WAITS.risk,
    createdAt: now,
    expiresAt,
    committedAt: null,
    receipt: null,
    erasedAt: null,
  };
  await insertPlan(tx, plan, []);
  return plan.id;
}
