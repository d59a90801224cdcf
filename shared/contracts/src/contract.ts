import type * as z from 'zod';

/** `read` changes nothing, `plan` stores a proposal, `commit` applies one released plan. */
export type Kind = 'read' | 'plan' | 'commit';

/** The bounded contexts of the backend; the first path segment after `/v1/`. */
export type Context = 'blog' | 'crm' | 'tickets';

/** Who has to release a plan; `none` means that policy may, by itself. */
export type ApprovalLevel = 'none' | 'owner' | 'reviewer' | 'two_reviewers';

/** What happens to one field of the arguments before it may be stored beside an audit entry. */
export type Redaction = 'keep' | 'digest' | 'drop';

/** Bounds of one tool. `burst` calls at once, then one every `60 / perMinute` seconds. */
export interface Limits {
  /** Largest body, in bytes. */
  readonly bodyBytes: number;
  /** Deepest nesting; the top-level value counts as 1. */
  readonly depth: number;
  readonly perMinute: number;
  readonly burst: number;
}

/** The limits of an ordinary call: 64 KiB, depth 32. */
export const DEFAULT_LIMITS: Limits = { bodyBytes: 64 * 1024, depth: 32, perMinute: 120, burst: 30 };

/**
 * What one tool may do, as data. Every field is written out by its author, none has a default: a reader of one contract
 * sees the whole power of one tool, and the worst outcome that someone accepted.
 */
export interface Contract<Name extends string = string> {
  readonly name: Name;
  readonly kind: Kind;
  readonly context: Context;
  /** The verb, as policy names it. */
  readonly action: string;
  readonly resourceType: string;
  /** Exactly one scope per tool: `<context>:<name>`. */
  readonly scope: `${Context}:${Name}`;
  /** Agent roles that may hold the scope. */
  readonly roles: readonly string[];
  readonly arguments: z.ZodType;
  readonly output: z.ZodType;
  readonly sideEffects: readonly string[];
  readonly worstOutcome: string;
  /** Whether text that a model wrote or a client uploaded reaches the public or a customer. */
  readonly ships: boolean;
  /** The least approval that any policy has to ask for before this is committed; `none` = policy may release it. */
  readonly approval: ApprovalLevel;
  /** JSON pointer to the argument that says how much money it moves, in minor units; null = none. */
  readonly money: string | null;
  /** JSON pointer to the argument that names the one record that it is about; null where there is none. */
  readonly record: string | null;
  /** JSON pointer to the records in its answer, a list or one; the empty pointer is the whole answer; null = none. */
  readonly shows: string | null;
  /** Whether its answer holds text that people outside wrote. Policy counts reads of such text. */
  readonly showsOutside: boolean;
  readonly limits: Limits;
  /** Per top-level argument; an argument that is not named is dropped. */
  readonly redaction: Readonly<Record<string, Redaction>>;
}
