import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import type { SignatureParameters } from '@narrow-deputies/signing';
import type { Tx } from '../database/database.ts';
import type { Grant } from '../grants/grant.ts';
import type { TokenRecord } from '../grants/tokens-repository.ts';
import type { IdempotencyKey } from '../idempotency/idempotency-repository.ts';
import type { LimitState } from '../limits/limits-repository.ts';
import type { RegisteredOperation } from '../operations/registry.ts';
import type { Plan } from '../plans/plan.ts';
import type { PolicyDecision } from '../policy/decision.ts';
import type { Judgement } from '../policy/judgement.ts';
import type { Principal } from '../principal/principal.ts';
import type { ObservedCall } from '../telemetry/telemetry.ts';
import type { Prepared } from './preparation.ts';
import { newAuditId } from '../audit/audit-id.ts';

/** One HTTP request as it arrived, before anything about it is believed. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Name, value, name, value … as they came over the wire, so that a doubled header is seen. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Remote address. */
  readonly source: string;
  /** `performance.now()` at arrival. */
  readonly startedAt: number;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** What the checks established so far. A getter that is read too early throws: the order of the checks is wrong then. */
export class Call {
  readonly request: IncomingRequest;
  readonly operation: RegisteredOperation;
  readonly auditId: string = newAuditId();

  readonly #facts: Partial<Facts>;

  constructor(request: IncomingRequest, operation: RegisteredOperation, facts: Partial<Facts> = {}) {
    this.request = request;
    this.operation = operation;
    this.#facts = facts;
  }

  get contract(): Contract {
    return this.operation.contract;
  }

  /** The same call as established so far; what a transaction adds to the copy is dropped when it is run again. */
  fork(): Call {
    return new Call(this.request, this.operation, { ...this.#facts });
  }

  establish(facts: Partial<Facts>): void {
    Object.assign(this.#facts, facts);
  }

  /** @throws Error when no check has established this fact. */
  get<K extends keyof Facts>(name: K): Facts[K] {
    if (!(name in this.#facts)) throw new Error(`The pipeline reads "${name}" before a check established it.`);
    return this.#facts[name] as Facts[K];
  }

  /** The fact, or undefined while it is not established. */
  peek<K extends keyof Facts>(name: K): Facts[K] | undefined {
    return this.#facts[name];
  }
}

export interface Facts {
  /** Covered and required headers by lower-case name, each exactly once. */
  headers: Readonly<Record<string, string>>;
  /** The body as parsed from canonical bytes. */
  body: JsonObject;
  /** SHA-256 over the body's bytes, `sha-256:<hex>`. */
  argumentsDigest: string;
  idempotencyKey: string;
  traceId: string;
  grant: Grant;
  token: TokenRecord;
  /** Whose call it is: what it may see, and whom it acts for. */
  principal: Principal;
  signature: SignatureParameters;
  tx: Tx;
  /** Milliseconds since the epoch; the time that decides. */
  now: number;
  limits: readonly LimitState[];
  /** Arguments as the contract's schema accepted them. */
  arguments: JsonObject;
  /** The idempotency key that this call is the first to use; bound when it succeeds. */
  claimedKey: IdempotencyKey;
  /** What the operation prepared outside the transaction. */
  prepared: Prepared;
  /** The plan that a commit names. */
  plan: Plan;
  decision: PolicyDecision;
  /** The policy and the history that this call is decided by. */
  judgement: Judgement;
  /** Name of the check that denied. */
  deniedBy: string;
  /** Present where telemetry is exported. */
  observed: ObservedCall;
}
