import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CheckAlterations,
  enrolWithKeys,
  startBackend,
  unlockKeyOf,
  type Check,
  type RunningBackend,
} from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import type * as AuditModule from '../../backend-mock/src/audit/audit.service.ts';
import type * as ListDraftsModule from '../../backend-mock/src/blog/list-drafts.ts';
import type * as OperatorModule from '../../backend-mock/src/pipeline/operator.ts';
import type * as PipelineModule from '../../backend-mock/src/pipeline/pipeline.ts';
import { WirePerson } from '../support/lab.ts';
import { ROOT } from '../support/processes.ts';
import { WireClient } from '../support/wire-client.ts';
import { CALLS_OF_CLIENT, mintTokens } from './mint-tokens.ts';
import { OwnerPace } from './owner-pace.ts';
import { StageMeter } from './stage-meter.ts';
import { mean } from './statistics.ts';

/** One part of the pipeline; its CPU time is the mean over the calls, so that the parts add up. */
export interface StageCost {
  readonly stage: string;
  readonly microseconds: number;
  /** Of the whole pipeline, 0 to 1. */
  readonly share: number;
}

export interface StageCosts {
  /** In the order in which a call passes them. */
  readonly stages: readonly StageCost[];
  readonly pipelineMicroseconds: number;
  /** The operation alone, called past the pipeline. */
  readonly bypassedMicroseconds: number;
}

const ENVIRONMENT = 'development';
const PASSPHRASE = 'only for this measurement';
const WARM_UP_CLIENTS = 4;
const MEASURED_CLIENTS = 12;
const ARGUMENTS = {
  drafts: ['one', 'two', 'three'].map((name) => ({ filename: `${name}.md`, digest: digestOfBytes(Buffer.from(name)) })),
};
const WHOLE = 'whole';
const OPERATION = 'operation';
const AUDIT = 'audit entry';
const REST = 'transaction and the rest';
const BYPASSED = 'bypassed';

/** The built files, whose classes are those that a backend started here is made of. */
const built = async <T>(path: string): Promise<T> =>
  (await import(pathToFileURL(join(ROOT, 'backend-mock', 'dist', path)).href)) as T;

/**
 * Serves list_drafts from a backend in this process, on a SQLite file of its own, and takes the CPU time of each part.
 *
 * @throws Error when a call does not succeed.
 */
export async function measureStages(): Promise<StageCosts> {
  const folder = await mkdtemp(join(tmpdir(), 'deputies-bench-'));
  const meter = new StageMeter();
  const order: string[] = [];
  const timed = (check: Check): Check => {
    order.push(check.name);
    const run: Check['run'] = (call) => meter.time(check.name, async () => (await check.run(call)) ?? undefined);
    return { ...check, run };
  };
  const alterations = new CheckAlterations((checks) => ({
    beforeIdentity: checks.beforeIdentity.map(timed),
    beforeLimits: checks.beforeLimits.map(timed),
    beforeEffects: checks.beforeEffects.map(timed),
    withEffects: checks.withEffects.map(timed),
  }));
  meter.watch(WHOLE, (await built<typeof PipelineModule>('pipeline/pipeline.js')).Pipeline.prototype, 'run');
  meter.watch(OPERATION, (await built<typeof OperatorModule>('pipeline/operator.js')).Operator.prototype, 'serve');
  meter.watch(AUDIT, (await built<typeof AuditModule>('audit/audit.service.js')).AuditService.prototype, 'record');
  const ports = { port: 0, consolePort: 0, logKey: generateKeyPairSync('ed25519').privateKey, logLevel: 'silent' };
  const database = join(folder, 'store.sqlite');
  const backend = await startBackend({ environment: ENVIRONMENT, database, ...ports, alterations });
  try {
    await makeCalls(backend, folder, meter);
    return summarise(meter, order);
  } finally {
    await backend.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeCalls(backend: RunningBackend, folder: string, meter: StageMeter): Promise<void> {
  const { database, backendUrl } = backend;
  await enrolWithKeys({ database, environment: ENVIRONMENT, folder, passphrase: async () => PASSPHRASE });
  const { keyid, key } = await unlockKeyOf(folder, 'owner', PASSPHRASE);
  const administrator = new WirePerson(backendUrl, keyid, key);
  const tokens = await mintTokens(administrator, ENVIRONMENT, WARM_UP_CLIENTS + MEASURED_CLIENTS);
  const pace = new OwnerPace();
  const bypassed = await bypass(backend);
  for (const [index, { token, owner }] of tokens.entries()) {
    await pace.take(owner, CALLS_OF_CLIENT);
    const client = new WireClient(backendUrl, token);
    if (index === WARM_UP_CLIENTS) meter.clear();
    for (let count = 0; count < CALLS_OF_CLIENT; count += 1) {
      const { status, text } = await client.call('/v1/blog/list_drafts', ARGUMENTS);
      if (status !== 200) throw new Error(`list_drafts answered ${text}`);
      await bypassed(meter);
      meter.next();
    }
  }
}

/** The same operation, called as the pipeline calls it but past every check, without an entry. */
async function bypass({ database }: RunningBackend): Promise<(meter: StageMeter) => Promise<JsonObject>> {
  const operation = new (await built<typeof ListDraftsModule>('blog/list-drafts.js')).ListDrafts();
  const principal = { clientId: 'bench', ownerId: 'bench' };
  return (meter) =>
    database.transaction((tx) =>
      meter.time(BYPASSED, () => operation.read(ARGUMENTS, { tx, now: Date.now(), principal })),
    );
}

function summarise(meter: StageMeter, checks: readonly string[]): StageCosts {
  const parts = [...checks, OPERATION, AUDIT];
  const costOf = (stage: string, of: (call: ReadonlyMap<string, number>) => number): [string, number] => [
    stage,
    mean(meter.calls.map(of)),
  ];
  const rest = (call: ReadonlyMap<string, number>): number =>
    parts.reduce((left, part) => left - (call.get(part) ?? 0), call.get(WHOLE) ?? 0);
  const costs = [...parts.map((part) => costOf(part, (call) => call.get(part) ?? 0)), costOf(REST, rest)];
  const [, pipelineMicroseconds] = costOf(WHOLE, (call) => call.get(WHOLE) ?? 0);
  const [, bypassedMicroseconds] = costOf(BYPASSED, (call) => call.get(BYPASSED) ?? 0);
  const stages = costs.map(([stage, microseconds]) => ({
    stage,
    microseconds,
    share: microseconds / pipelineMicroseconds,
  }));
  return { stages, pipelineMicroseconds, bypassedMicroseconds };
}
