import type { Contract, JsonObject, ProblemDetail } from '@narrow-deputies/contracts';
import type { Tx } from '../database/database.ts';
import type { Resource } from '../plans/plan.ts';
import type { Principal } from '../principal/principal.ts';

/** Who calls. Identity and limits were checked before. */
export interface Caller {
  /** Whom the operation acts for: of a commit, the plan's own client and owner, whoever causes it. */
  readonly principal: Principal;
}

/** What an operation may know of the call that it serves. */
export interface OperationContext extends Caller {
  /** The call's transaction; an operation writes nowhere else. */
  readonly tx: Tx;
  /** Milliseconds since the epoch, the time that decides. */
  readonly now: number;
}

interface NamesRecords {
  /**
   * The records that these arguments name, whether they exist or not: a grant narrowed to a task is held against them
   * before anything is looked up. It covers no read without them.
   */
  resources?(args: never): readonly Pick<Resource, 'type' | 'id'>[];
}

/** An operation that changes nothing. */
export interface ReadOperation extends NamesRecords {
  /** @returns the answer, in the shape of the contract's `output`. */
  read(args: never, context: OperationContext): Promise<JsonObject>;
}

/** What a plan proposes. All of it is stored, and covered by the plan's digest. */
export interface Proposal {
  /** The arguments as they are kept: small, without the contents. */
  readonly arguments: JsonObject;
  /** The exact bytes that the plan carries, by name. */
  readonly contents: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** What the effect touches or rests on, with the versions that the plan saw; version 0 = does not exist yet. */
  readonly resources: readonly Resource[];
  /** What the caller and the approver see, in the shape of the contract's preview. */
  readonly preview: JsonObject;
}

/** What a commit applies: the stored plan, never anything from the call that commits it. */
export interface StoredProposal {
  readonly planId: string;
  readonly arguments: JsonObject;
  readonly resources: readonly Resource[];
  readonly preview: JsonObject;
  /** @throws Refusal `plan_stale` when the plan carries no such content: an earlier version made it. */
  content(name: string): Promise<Buffer>;
}

/** A change in two steps: `plan` looks and proposes, `apply` does exactly what was proposed. */
export interface WriteOperation extends NamesRecords {
  /**
   * Work on the arguments alone that takes longer than others may be kept waiting. Runs outside any transaction, once every
   * check has let the call pass; then all of them are asked again, in the transaction that decides.
   *
   * @returns what `plan` is given. @throws Refusal, which denies the call like one of `plan`.
   */
  prepare?(args: never, caller: Caller): Promise<unknown>;
  plan(args: never, context: OperationContext, prepared: never): Promise<Proposal>;
  /** Runs after every resource in the plan was found unchanged. @returns the receipt's result. */
  apply(proposal: StoredProposal, context: OperationContext): Promise<JsonObject>;
  /**
   * What is different now from what the plan saw, for the agent whose plan is stale: fields and enumerated values, never
   * text from outside.
   */
  changes?(proposal: StoredProposal, context: OperationContext): Promise<readonly ProblemDetail[]>;
}

/** What `@Operation` declares: one read contract, or the pair of a change. */
export type OperationDeclaration = { readonly read: Contract } | { readonly plan: Contract; readonly commit: Contract };
