import { canonicalize, digestOfJson, sha256Hex } from '@narrow-deputies/signing';
import type { JsonObject } from '@narrow-deputies/contracts';
import { rfc3339 } from '../common/clock.ts';
import type { Resource } from './plan.ts';

/** Everything that an approval of this plan is an approval of. */
export interface PlanFacts {
  readonly tool: string;
  readonly schemaDigest: string;
  readonly arguments: JsonObject;
  /** What policy may read of the call that made the plan: its commit is judged by this. */
  readonly asked: JsonObject;
  /** `name` → `sha-256:<hex>`. */
  readonly contents: Readonly<Record<string, string>>;
  readonly resources: readonly Resource[];
  readonly client: string;
  readonly owner: string;
  readonly environment: string;
  readonly task: string | null;
  readonly policyVersion: string;
}

export interface PlanDigests {
  /** `sha-256:<hex>` over `input`. */
  readonly digest: string;
  /** The RFC 8785 text of facts and expiry. */
  readonly input: string;
  /** The digest without the expiry: equal for two plans that would do the same to the same world. */
  readonly fingerprint: string;
}

/** @param expiresAt milliseconds since the epoch. */
export function digestPlan(facts: PlanFacts, expiresAt: number): PlanDigests {
  const covered: JsonObject = {
    tool: facts.tool,
    schemaDigest: facts.schemaDigest,
    arguments: facts.arguments,
    asked: facts.asked,
    contents: { ...facts.contents },
    resources: facts.resources.map(({ type, id, version, pinned }) => ({
      type,
      id,
      version,
      ...(pinned && { pinned }),
    })),
    client: facts.client,
    owner: facts.owner,
    environment: facts.environment,
    task: facts.task,
    policyVersion: facts.policyVersion,
  };
  const input = canonicalize({ ...covered, expiresAt: rfc3339(expiresAt) });
  return { digest: `sha-256:${sha256Hex(input)}`, input, fingerprint: digestOfJson(covered) };
}
