import { declaredCatalogue } from '../../backend-mock/src/policy/declared-tools.ts';
import { loadPolicyText, policyFileOf, readTextFile } from '../../backend-mock/src/policy/policy-files.ts';
import {
  packSchema,
  policySchema,
  readYaml,
  runCases,
  type CasesText,
  type PackSource,
  type PolicySource,
  type PolicyText,
} from '@narrow-deputies/policy';

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** One shipped policy as it was written, and its cases. */
export interface Shipped {
  readonly environment: Environment;
  readonly text: PolicyText;
  readonly source: PolicySource;
  readonly packs: Readonly<Record<string, PackSource>>;
  readonly cases: CasesText;
}

function sourceOf<T>(read: { ok: true; value: T } | { ok: false; faults: readonly { message: string }[] }): T {
  if (read.ok) return read.value;
  throw new Error(read.faults.map(({ message }) => message).join('\n'));
}

export async function shipped(environment: Environment): Promise<Shipped> {
  const file = policyFileOf(environment);
  const text = await loadPolicyText(file);
  const packs = Object.entries(text.packs).map(([name, pack]) => [name, sourceOf(readYaml(pack, packSchema))] as const);
  return {
    environment,
    text,
    source: sourceOf(readYaml(text.policy, policySchema)),
    packs: Object.fromEntries(packs),
    cases: {
      file: `${environment}.cases.yaml`,
      text: await readTextFile(file.replace(/\.yaml$/, '.cases.yaml')),
    },
  };
}

const catalogue = declaredCatalogue();

/** Names of the cases that are otherwise than expected under this text. JSON is YAML, so that a text may be either. */
export function failing({ cases }: Shipped, text: PolicyText): string[] {
  const run = runCases(text, cases, catalogue);
  if (!run.ok) throw new Error(run.faults.map(({ message }) => message).join('\n'));
  return run.results.filter(({ passed }) => !passed).map(({ name }) => name);
}
