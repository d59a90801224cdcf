import { createPrivateKey } from 'node:crypto';
import { writeSync } from 'node:fs';
import { startBackend } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';
import { draft, WirePerson } from './lab.ts';
import { SqlHook, type KillPoint } from './sql-hook.ts';
import { WireClient } from './wire-client.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

/** A commit that may or may not have happened when a process before this one died. */
export interface OpenCommit {
  readonly planId: string;
  readonly idempotencyKey: string;
}

export interface CrashJob {
  readonly store: string;
  /** File of the policy; a bundle has none beside it. */
  readonly policy: string;
  readonly token: string;
  readonly owner: { readonly keyid: string; readonly pem: string };
  /** Done first, to its end. */
  readonly finish: OpenCommit | undefined;
  /** Planned next, and committed until the point. */
  readonly filename: string;
  readonly idempotencyKey: string;
  readonly point: KillPoint | undefined;
  readonly withoutTransactions: boolean;
}

/** One line of JSON on standard output each. */
export type CrashReport =
  | { readonly finished: { readonly first: JsonObject; readonly again: JsonObject } }
  | { readonly planned: string }
  /** Only where nothing ended the process before. */
  | { readonly statements: readonly string[] };

const COMMIT = '/v1/blog/commit_publish_draft';
const job = JSON.parse(process.argv[2] ?? '') as CrashJob;
const report = (line: CrashReport): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

const hook = new SqlHook();
hook.install();
const backend = await startBackend({
  environment: 'development',
  database: job.store,
  policy: job.policy,
  port: 0,
  consolePort: 0,
  logKey: TEST_LOG_KEY,
  logLevel: 'silent',
});
const wire = new WireClient(backend.backendUrl, job.token);
const owner = new WirePerson(backend.backendUrl, job.owner.keyid, createPrivateKey(job.owner.pem));

/** The decision on exactly what is shown. */
async function decision(planId: string): Promise<JsonObject> {
  const plan = (await owner.call('show_plan', { planId })).json['plan'] as JsonObject;
  const shownDigest = digestOfJson(plan['preview'] as JsonObject);
  return { planId, planDigest: String(plan['planDigest']), shownDigest, decision: 'approve' };
}

if (job.finish) {
  const { planId, idempotencyKey } = job.finish;
  await owner.call('approve', await decision(planId));
  const first = await wire.call(COMMIT, { planId }, { idempotencyKey });
  const again = await wire.call(COMMIT, { planId });
  report({ finished: { first: first.json, again: again.json } });
}
// Many plans in one minute are no subject here.
await backend.database.db.deleteFrom('limits').execute();
const planned = await wire.call('/v1/blog/plan_publish_draft', {
  filename: job.filename,
  content: draft(job.filename),
});
const planId = String(planned.json['planId']);
report({ planned: planId });
const approval = await decision(planId);
hook.arm(job.point, job.withoutTransactions);
await owner.call('approve', approval);
await wire.call(COMMIT, { planId }, { idempotencyKey: job.idempotencyKey });
report({ statements: hook.statements });
await backend.close();
