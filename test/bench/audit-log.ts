import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { consistencyProof, inclusionProof, verifyLog, type LogVerdict } from '@narrow-deputies/transparency-log';
import { logVerifier, newestCheckpoint, tileReader } from '@narrow-deputies/backend-mock/audit-log';
import type { AppendCost, AuditStore } from './audit-store.ts';
import { median } from './statistics.ts';

/** Costs of appending to a short log and to a long one, measured in turn. */
export interface AppendCosts {
  readonly short: readonly AppendCost[];
  readonly long: readonly AppendCost[];
}

const AT_ONCE = 200;

export async function measureAppends(short: AuditStore, long: AuditStore, turns: number): Promise<AppendCosts> {
  await short.append(AT_ONCE);
  await long.append(AT_ONCE);
  const costs = { short: [] as AppendCost[], long: [] as AppendCost[] };
  for (let turn = 0; turn < turns; turn++) {
    costs.short.push(await short.append(AT_ONCE));
    costs.long.push(await long.append(AT_ONCE));
  }
  return costs;
}

export const typical = (costs: readonly AppendCost[]): AppendCost => ({
  write: median(costs.map(({ write }) => write)),
  sequence: median(costs.map(({ sequence }) => sequence)),
});

/** Most tiles that one proof read, over places all along the log. */
export async function proofReads(store: AuditStore): Promise<{ inclusion: number; consistency: number }> {
  const { size } = store;
  const places = Array.from({ length: 50 }, (_, at) => Math.floor((at * (size - 1)) / 49));
  let inclusion = 0;
  let consistency = 0;
  for (const place of places) {
    const one = store.countingReader();
    await inclusionProof(place, size, one.read);
    inclusion = Math.max(inclusion, one.reads());
    const other = store.countingReader();
    await consistencyProof(place + 1, size, other.read);
    consistency = Math.max(consistency, other.reads());
  }
  return { inclusion, consistency };
}

/** Milliseconds of verifying a log and of only hashing its bytes, and the memory that verifying took beyond that. */
export interface VerifyTimes {
  readonly verify: readonly number[];
  readonly hash: readonly number[];
  readonly bytes: number;
}

/** Both read the same bundles out of memory, so that only the work on them is compared. */
export async function measureVerify(store: AuditStore, turns: number): Promise<VerifyTimes> {
  const bundles: Uint8Array[] = [];
  for await (const bundle of store.bundles()) bundles.push(bundle);
  const bytes = bundles.reduce((sum, { length }) => sum + length, 0);
  const verifier = await logVerifier(store.database.db);
  const checkpoint = await newestCheckpoint(store.database.db);
  if (!verifier || !checkpoint) throw new Error('The log has no checkpoint.');
  const times = { verify: [] as number[], hash: [] as number[] };
  // The first turn only warms up.
  for (let turn = -1; turn < turns; turn++) {
    const began = performance.now();
    const verdict: LogVerdict = await verifyLog({
      origin: verifier.name,
      verifiers: [verifier],
      checkpoint: checkpoint.note,
      stream: { bundles },
      readTile: tileReader(store.database.db),
    });
    const verified = performance.now();
    if (!verdict.ok) throw new Error(`The log of the benchmark does not hold: ${verdict.reason}`);
    const hash = createHash('sha256');
    for (const bundle of bundles) hash.update(bundle);
    hash.digest();
    const hashed = performance.now();
    if (turn < 0) continue;
    times.verify.push(verified - began);
    times.hash.push(hashed - verified);
  }
  return { ...times, bytes };
}
