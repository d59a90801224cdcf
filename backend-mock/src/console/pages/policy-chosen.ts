import { policySchema, readYaml, type PolicyText } from '@narrow-deputies/policy';
import { activatePolicyAction } from '../../people/actions/policy.ts';

/** Files as a person chose them, with their texts; packs by file name, for a browser does not tell where they lie. */
export interface Chosen {
  readonly file: string;
  readonly policy: string;
  readonly packs: Readonly<Record<string, string>>;
}

/** Chosen files, put together as the policy names them. */
export interface Matched {
  readonly text: PolicyText;
  /** Which of the chosen files stands for each pack. */
  readonly packs: Readonly<Record<string, string>>;
  /** Sentences about what is missing or cannot be; with one of them it cannot be activated. */
  readonly problems: readonly string[];
  /** Chosen, and named by nobody. */
  readonly unused: readonly string[];
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Finds the file for each pack that a policy names: the one with the same name, in whichever folder it lies. */
export function matchChosen({ file, policy, packs }: Chosen): Matched {
  const read = readYaml(policy, policySchema);
  const named = read.ok ? (read.value.risk?.packs ?? []) : [];
  const byName = Map.groupBy(new Set(named), baseName);
  const found = named.filter((path) => Object.hasOwn(packs, baseName(path)));
  const matched = Object.fromEntries(found.map((path) => [path, baseName(path)]));
  const text = { file, policy, packs: Object.fromEntries(found.map((path) => [path, packs[baseName(path)] ?? ''])) };
  const problems = [
    ...named
      .filter((path) => !found.includes(path))
      .map((path) => `The policy names the risk pack ${path}: choose the file ${baseName(path)} as well.`),
    ...[...byName]
      .filter(([, paths]) => paths.length > 1)
      .map(
        ([name, paths]) =>
          `${paths.join(' and ')} cannot be told apart here: rename one, so that not both are ${name}.`,
      ),
    ...unacceptable(text),
  ];
  const unused = read.ok ? Object.keys(packs).filter((name) => !byName.has(name)) : [];
  return { text, packs: matched, problems, unused };
}

/** What the act itself would not take. */
function unacceptable(text: PolicyText): string[] {
  const parsed = activatePolicyAction.arguments.safeParse(text);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => {
    const [field, pack] = path;
    if (field === 'file')
      return `${text.file} cannot be the name of a policy: lower-case letters, digits, ".", "_", "-".`;
    return `${field === 'policy' ? text.file : String(pack ?? 'The packs')}: ${message}`;
  });
}
