import type { Catalogue, ToolFacts } from '../engine/catalogue.ts';
import type { CompiledPolicy, Program } from '../engine/program.ts';
import type { ConditionsSource } from '../language/condition-schema.ts';
import type { FactorSource, LimitSource, RuleSource } from '../language/policy-schema.ts';
import type { PolicyRead } from '../engine/compile.ts';
import type { Places } from '../language/read-yaml.ts';
import { FINDING_CODES, type Finding, type FindingCode } from './finding.ts';

interface PartOf<What extends string, Source> {
  readonly what: What;
  readonly source: Source;
  readonly id: string;
  readonly when: ConditionsSource;
  readonly place: Place;
  /** What it can have a say in, by what stands in contracts. */
  readonly tools: readonly ToolFacts[];
}

export type RulePart = PartOf<'rule', RuleSource>;
export type LimitPart = PartOf<'limit', LimitSource>;
export type FactorPart = PartOf<'factor', FactorSource>;
/** Whatever has conditions. */
export type Part = RulePart | LimitPart | FactorPart;

/** Where something stands: in which file, and under which path of keys and indexes. */
export interface Place {
  readonly file: string;
  readonly places: Places;
  readonly path: readonly PropertyKey[];
}

/** What is checked: a policy that was read and compiled. */
export interface Subject {
  readonly file: string;
  readonly read: PolicyRead;
  readonly catalogue: Catalogue;
  readonly policy: CompiledPolicy;
  readonly rules: readonly RulePart[];
  readonly limits: readonly LimitPart[];
  readonly factors: readonly FactorPart[];
}

export function subjectOf(file: string, read: PolicyRead, policy: CompiledPolicy): Subject {
  const { source, places } = read;
  const { catalogue } = policy;
  const programs = [...policy.programs.values()];
  const ofRules = toolsById(programs, (program) => program.rules.map(({ id }) => id));
  const ofLimits = toolsById(programs, (program) => program.limits.map(({ id }) => id));
  const ofFactors = toolsById(programs, (program) => program.factors.map((factor) => factor.name));
  const rules = source.rules.map((rule, at): RulePart => {
    const place = { file, places, path: ['rules', at] };
    const tools = ofRules.get(rule.id) ?? [];
    return { what: 'rule', source: rule, id: rule.id, when: rule.when, place, tools };
  });
  const limits = (source.limits ?? []).map((limit, at): LimitPart => {
    const place = { file, places, path: ['limits', at] };
    const tools = ofLimits.get(limit.id) ?? [];
    return { what: 'limit', source: limit, id: limit.id, when: limit.when, place, tools };
  });
  const factors = read.packs.flatMap((pack) =>
    pack.source.factors.map((factor, at): FactorPart => {
      const place = { file: pack.file, places: pack.places, path: ['factors', at] };
      const id = `${pack.source.domain}/${factor.id}`;
      const tools = ofFactors.get(id) ?? [];
      return { what: 'factor', source: factor, id, when: factor.when ?? {}, place, tools };
    }),
  );
  return { file, read, catalogue, policy, rules, limits, factors };
}

/** Of every part that has a say in calls of some tool, by its id, all those tools. */
function toolsById(
  programs: readonly Program[],
  idsOf: (program: Program) => readonly string[],
): ReadonlyMap<string, readonly ToolFacts[]> {
  const found = new Map<string, ToolFacts[]>();
  for (const program of programs) {
    for (const id of idsOf(program)) found.set(id, [...(found.get(id) ?? []), program.tool]);
  }
  return found;
}

/** A finding at a place, or at a part below it. */
export function finding(
  { file, places, path }: Place,
  code: FindingCode,
  message: string,
  below: readonly PropertyKey[] = [],
): Finding {
  const { line, column } = places.at([...path, ...below]);
  return { file, line, column, severity: FINDING_CODES[code], code, message };
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

export const namesOf = (tools: readonly ToolFacts[]): string => listed(tools.map(({ name }) => name));
