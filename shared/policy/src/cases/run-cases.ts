import type { Catalogue } from '../engine/catalogue.ts';
import { compilePolicy, type PolicyText } from '../engine/compile.ts';
import { adviseDenied, type DenialAdvice } from '../engine/denial.ts';
import { explain, type Explained } from '../engine/explain.ts';
import { historyOf } from '../engine/history.ts';
import type { CompiledPolicy } from '../engine/program.ts';
import type { PolicyVerdict } from '../engine/decide.ts';
import { readYaml, type Fault, type Places } from '../language/read-yaml.ts';
import { callOf, pastOf } from './case-call.ts';
import { casesSchema, type CasesSource, type CaseSource } from './cases-schema.ts';
import { differencesOf, type Difference } from './compare.ts';

/** Tests of a policy as they are written. */
export interface CasesText {
  /** Name of the file, for faults. */
  readonly file: string;
  readonly text: string;
}

export interface CaseResult {
  readonly name: string;
  /** Where the case stands. */
  readonly line: number;
  readonly passed: boolean;
  /** What is otherwise than expected; empty when it passed. */
  readonly differences: readonly Difference[];
  readonly verdict: PolicyVerdict;
  /** What a denied agent would be told. */
  readonly advice: DenialAdvice;
  /** Of every part of the policy why it matched, or not; of failures alone. */
  readonly explanation: readonly Explained[];
}

export type CasesRun =
  | { readonly ok: true; readonly results: readonly CaseResult[] }
  | { readonly ok: false; readonly faults: readonly (Fault & { readonly file: string })[] };

/** Decides every case and compares. A case that names no tool of the catalogue is a fault of the file. */
export function runCases(policy: PolicyText, cases: CasesText, catalogue: Catalogue): CasesRun {
  const read = readYaml(cases.text, casesSchema);
  const faults = read.ok ? faultsOf(read.value, read.places, policy.file, catalogue) : read.faults;
  const compiled = compilePolicy(policy, catalogue);
  const all = [...faults.map((fault) => ({ ...fault, file: cases.file })), ...(compiled.ok ? [] : compiled.faults)];
  if (!read.ok || !compiled.ok || all.length > 0) return { ok: false, faults: all };
  const { value, places } = read;
  const results = value.cases.map((each, at) => ({
    ...runCase(compiled.policy, each, value.defaults),
    line: places.at(['cases', at]).line,
  }));
  return { ok: true, results };
}

function faultsOf(source: CasesSource, places: Places, policy: string, catalogue: Catalogue): Fault[] {
  const faults: Fault[] = [];
  const demand = (tool: string, path: readonly PropertyKey[]): void => {
    if (!catalogue.has(tool)) faults.push({ ...places.at(path), message: `There is no tool "${tool}".` });
  };
  if (source.policy !== policy) {
    faults.push({ ...places.at(['policy']), message: `These are cases of ${source.policy}, not of ${policy}.` });
  }
  for (const [at, { call, history = [] }] of source.cases.entries()) {
    demand(call.tool, ['cases', at, 'call', 'tool']);
    for (const [index, { tool }] of history.entries()) demand(tool, ['cases', at, 'history', index, 'tool']);
  }
  return faults;
}

function runCase(
  policy: CompiledPolicy,
  { name, call: source, history = [], expect }: CaseSource,
  defaults: CasesSource['defaults'],
): Omit<CaseResult, 'line'> {
  const call = callOf(source, defaults);
  const reading = historyOf(pastOf(history, call), call);
  const explanation = explain(policy, call, reading);
  if (!explanation) throw new Error(`There is no tool "${call.tool}".`);
  const { verdict, parts } = explanation;
  const advice = adviseDenied(policy, call, reading);
  const differences = differencesOf(expect, verdict, advice);
  const passed = differences.length === 0;
  return { name, passed, differences, verdict, advice, explanation: passed ? [] : parts };
}
