import type { JsonObject } from '@narrow-deputies/contracts';
import {
  adviseDenied,
  decide,
  type CompiledPolicy,
  type DenialAdvice,
  type Measured,
  type PolicyCall,
  type Reading,
} from '@narrow-deputies/policy';
import { decisionOf, type PolicyDecision } from './decision.ts';
import { NOTHING } from './history-query.ts';

/** A policy that decides, and the name that decisions bear: its own and the beginning of its digest. */
export interface ActivePolicy {
  readonly digest: string;
  /** What the store says while it is this one that is active. */
  readonly mark: string;
  readonly version: string;
  readonly compiled: CompiledPolicy;
}

/** What the caller establishes; who the owner is and what tasks there are is looked up. */
export type AskedCall = Omit<PolicyCall, 'ownerRoles' | 'task'>;

/** What the store said about calls that are about to be decided, all at one moment. */
export interface Findings {
  /** By {@link keyOf}. */
  readonly values: ReadonlyMap<string, Measured>;
  readonly ownerRoles: readonly string[];
  /** The task that covers the calls; null for none. */
  readonly taskId: string | null;
}

export const keyOf = (tool: string, measure: string): string => `${tool} ${measure}`;

/** One policy and one moment of history, ready to decide the calls that were asked about. */
export class Judgement {
  readonly policy: ActivePolicy;
  readonly taskId: string | null;
  readonly #findings: Findings;

  constructor(policy: ActivePolicy, findings: Findings) {
    this.policy = policy;
    this.taskId = findings.taskId;
    this.#findings = findings;
  }

  /** A task is used up only by what needs it: without it where a commit is allowed all the same. */
  sparingTask(commit: AskedCall): Judgement {
    if (this.taskId === null) return this;
    const without = new Judgement(this.policy, { ...this.#findings, taskId: null });
    const allowed = [this, without].every((judgement) => judgement.decide(commit).decision === 'allow');
    return allowed ? without : this;
  }

  decide(asked: AskedCall): PolicyDecision {
    const call = this.#complete(asked);
    const verdict = decide(this.policy.compiled, call, this.#reading(call));
    return decisionOf(verdict, this.policy.compiled.whys, this.#input(call), this.policy.version);
  }

  /** What a caller that was denied may be told. @param oldest times that only a denial asks for. */
  advise(asked: AskedCall, oldest: ReadonlyMap<string, number | null>): DenialAdvice {
    const call = this.#complete(asked);
    const read = this.#reading(call);
    return adviseDenied(this.policy.compiled, call, (measure) => ({
      value: read(measure).value,
      oldest: oldest.get(keyOf(call.tool, measure.key)) ?? null,
    }));
  }

  #complete(asked: AskedCall): PolicyCall {
    return { ...asked, ownerRoles: this.#findings.ownerRoles, task: this.taskId !== null };
  }

  #reading =
    (call: PolicyCall): Reading =>
    (measure) =>
      this.#findings.values.get(keyOf(call.tool, measure.key)) ?? NOTHING;

  /** Every attribute that a policy may read of this call, so that history can be decided again under another one. */
  #input(call: PolicyCall): JsonObject {
    const facts = this.policy.compiled.catalogue.get(call.tool);
    const measures = this.policy.compiled.programs.get(call.tool)?.measures ?? [];
    const read = this.#reading(call);
    return {
      policy: this.policy.version,
      tool: call.tool,
      ...(facts && { kind: facts.kind, action: facts.action, context: facts.context, ships: facts.ships }),
      environment: this.policy.compiled.environment,
      agent: call.agent,
      ownerRoles: [...call.ownerRoles],
      task: call.task,
      arguments: call.arguments as JsonObject,
      contentFlags: call.contentFlags,
      sameness: call.sameness,
      local: this.policy.compiled.localTime(call.time),
      measured: Object.fromEntries(measures.map((measure) => [measure.key, read(measure).value])),
    };
  }
}
