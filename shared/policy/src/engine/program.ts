import type { Fault } from '../language/read-yaml.ts';
import type { ApprovalLevel, Catalogue, Effect, ToolFacts } from './catalogue.ts';
import type { Test } from './conditions.ts';
import type { Measure } from './measure.ts';

/** What a rule or a limit asks for where it has its say. */
export interface Verdictive {
  readonly id: string;
  readonly effect: Effect;
  readonly approval: ApprovalLevel;
  /** Role that each reviewer has to hold; null where no reviewer is asked for. */
  readonly reviewerRole: string | null;
}

export interface Rule extends Verdictive {
  readonly tests: readonly Test[];
}

/** One bound of a limit: a limit per run has two. */
export interface Bound {
  /** Place among the measured values. */
  readonly at: number;
  readonly window: number;
  readonly maximum: number;
  /** Reference tokens of the argument that is added up; null where calls are counted. */
  readonly sum: readonly string[] | null;
}

/** A limit; its effect is what an exceeded bound leads to. */
export interface Limit extends Verdictive {
  readonly tests: readonly Test[];
  readonly bounds: readonly Bound[];
}

/** One part of the score. */
export interface Factor {
  /** `<domain>/<id>`. */
  readonly name: string;
  readonly abuse: boolean;
  readonly tests: readonly Test[];
  /** What it adds where its tests hold. */
  readonly score: (state: Parameters<Test['run']>[0]) => number;
}

/** Everything that can have a say in calls of one tool; what cannot is left out. */
export interface Program {
  readonly tool: ToolFacts;
  readonly rules: readonly Rule[];
  readonly limits: readonly Limit[];
  readonly factors: readonly Factor[];
  /** What has to be measured before a call is decided, each once. */
  readonly measures: readonly Measure[];
}

/** A policy that is ready to decide. */
export interface CompiledPolicy {
  readonly name: string;
  readonly environment: string;
  readonly timeZone: string;
  readonly suspendAt: number | null;
  readonly catalogue: Catalogue;
  readonly programs: ReadonlyMap<string, Program>;
  /** Why a rule, a limit (by its id) or a factor (`<domain>/<id>`) is there, in its author's words. */
  readonly whys: ReadonlyMap<string, string>;
  /** The wall clock that the policy's own hours go by. */
  readonly localTime: (time: number) => { readonly day: string; readonly minute: number };
}

export type Compiled =
  | { readonly ok: true; readonly policy: CompiledPolicy }
  /** Faults by file name. */
  | { readonly ok: false; readonly faults: readonly (Fault & { readonly file: string })[] };
