import { randomUUID } from 'node:crypto';
import { digestOfJson } from '@narrow-deputies/signing';
import type { Tx } from '../database/database.ts';
import { digestPlan } from '../plans/plan-digest.ts';
import type { Plan } from '../plans/plan.ts';
import { insertPlan } from '../plans/plans-repository.ts';
import { assessRisk, decide, POLICY_VERSION } from '../policy/default-policy.ts';
import type { ProbeOptions } from './probe.ts';

const LIFE_MS = 60_000;

/** Stores a plan of the probe that nobody has approved. @returns its id. */
export async function insertUnapprovedPlan(tx: Tx, probe: ProbeOptions): Promise<string> {
  const { operation, environment, clientId, ownerId, keyid } = probe;
  const agent = operation.contract.roles[0] ?? '';
  const now = Date.now();
  const expiresAt = now + LIFE_MS;
  const { digest, fingerprint, input } = digestPlan(
    {
      tool: operation.contract.name,
      schemaDigest: operation.schemaDigest,
      arguments: { probe: randomUUID() },
      contents: {},
      resources: [],
      client: clientId,
      owner: ownerId,
      environment,
      task: null,
      policyVersion: POLICY_VERSION,
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
    decision: decide(operation.contract, { agent, environment }),
    risk: assessRisk(operation.contract),
    createdAt: now,
    expiresAt,
    committedAt: null,
    receipt: null,
  };
  await insertPlan(tx, plan, []);
  return plan.id;
}
