import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes, digestOfJson, sha256Hex } from '@narrow-deputies/signing';
import { rfc3339 } from '../common/clock.ts';
import { readableArguments } from '../policy/readable-arguments.ts';
import type { Plan } from './plan.ts';
import type { StoredContent } from './plans-repository.ts';

/** What a digest's input says besides the rest. */
type Covered = JsonObject & { readonly contents: Readonly<Record<string, string>> };

/**
 * Whether a stored plan is what its own digests say. A row that was changed by hand is not: what people approve, or have
 * approved, is not what it says. Pure.
 */
export function matchesItsDigests(plan: Plan, environment: string): boolean {
  const covered = coveredBy(plan);
  return (
    covered !== undefined &&
    plan.digest === `sha-256:${sha256Hex(plan.digestInput)}` &&
    plan.shownDigest === digestOfJson(plan.preview) &&
    covered['tool'] === plan.commitTool &&
    covered['client'] === plan.clientId &&
    covered['owner'] === plan.ownerId &&
    covered['environment'] === environment &&
    covered['expiresAt'] === rfc3339(plan.expiresAt) &&
    digestOfJson(covered['arguments'] ?? null) === digestOfJson(plan.arguments) &&
    digestOfJson(covered['resources'] ?? null) === digestOfJson(plan.resources as unknown as JsonObject[])
  );
}

/** The same, and of every content that the plan carries: none changed, none away, none added. Pure. */
export function isUnchanged(
  plan: Plan,
  carried: ReadonlyMap<string, Pick<StoredContent, 'bytes'>>,
  environment: string,
): boolean {
  if (!matchesItsDigests(plan, environment)) return false;
  const { contents } = coveredBy(plan) ?? { contents: {} };
  if ([...carried.keys()].some((name) => !Object.hasOwn(contents, name))) return false;
  return Object.entries(contents).every(([name, digest]) => {
    const stored = carried.get(name);
    return stored !== undefined && digestOfBytes(stored.bytes) === digest;
  });
}

/**
 * What policy may read of the call that made a plan, by which its commit is judged. Of a plan that matches its digests.
 *
 * @param contract of the call that made it.
 */
export function askedFor(plan: Plan, contract: Contract): JsonObject {
  const asked = coveredBy(plan)?.['asked'];
  const said = typeof asked === 'object' && asked !== null && !Array.isArray(asked);
  // Plans of earlier versions say it by what they keep alone.
  return said ? asked : readableArguments(contract, plan.arguments);
}

/** An input that was changed by hand may hold anything. */
function coveredBy({ digestInput }: Plan): Covered | undefined {
  try {
    const covered: unknown = JSON.parse(digestInput);
    const contents: unknown = (covered as Partial<Covered> | null)?.contents;
    return typeof contents === 'object' && contents !== null ? (covered as Covered) : undefined;
  } catch {
    return undefined;
  }
}
