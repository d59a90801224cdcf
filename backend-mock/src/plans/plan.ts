import type { JsonObject, Risk } from '@narrow-deputies/contracts';
import type { PlanState } from '../database/schema.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import type { Principal } from '../principal/principal.ts';

/** Something that a plan rests on, at the version that it saw; version 0 = does not exist yet. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Set where the commit only reads it: it has to be unchanged, and stays so. */
  readonly pinned?: true;
}

/** A stored plan. Only `state`, `committedAt` and `receipt` ever change, until it is erased. */
export interface Plan extends Principal {
  readonly id: string;
  readonly planTool: string;
  readonly commitTool: string;
  readonly keyid: string;
  readonly agent: string;
  readonly environment: string;
  readonly runId: string | null;
  readonly taskId: string | null;
  readonly traceId: string;
  readonly state: PlanState;
  /** `sha-256:<hex>` of `digestInput`. */
  readonly digest: string;
  readonly fingerprint: string;
  readonly digestInput: string;
  readonly arguments: JsonObject;
  readonly resources: readonly Resource[];
  readonly preview: JsonObject;
  /** `sha-256:<hex>` over the canonical JSON of `preview`. */
  readonly shownDigest: string;
  readonly decision: PolicyDecision;
  readonly risk: Risk;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly committedAt: number | null;
  readonly receipt: JsonObject | null;
  /** When its arguments, preview and contents were erased, at somebody's request. */
  readonly erasedAt: number | null;
}

/** Name of the content that was made of the others, for programs to serve: people see it as it looks, not as a text. */
export const RENDERING = 'rendering';

/** The texts among a plan's contents that are there for people to read. */
export const readableContents = (contents: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(contents).filter(([name]) => name !== RENDERING));
