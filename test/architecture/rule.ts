import type { Import } from './source-facts.ts';
import type { Files, Package, Source, Workspace } from './workspace.ts';

/** One requirement on the sources, and what breaks it. */
export interface Rule {
  /** The requirement, as a sentence. */
  readonly requirement: string;
  readonly applies: (source: Source) => boolean;
  /** Everything in a source that the rule is about: undefined where it is in order, else what is wrong with it. */
  readonly inspect: (source: Source, workspace: Workspace) => readonly (string | undefined)[];
  /** Files that break the rule in one place each, when they are laid over the sound workspace. */
  readonly brokenTwins: Readonly<Record<string, Files>>;
}

export interface Verdict {
  readonly files: number;
  /** How many things were looked at. A rule that saw nothing has proved nothing. */
  readonly seen: number;
  readonly faults: readonly string[];
}

/** Applies one rule to a workspace. */
export function judge(rule: Rule, workspace: Workspace): Verdict {
  const sources = workspace.sources.filter((source) => rule.applies(source));
  const looked = sources.flatMap((source) =>
    rule.inspect(source, workspace).map((fault) => fault && `${source.path}: ${fault}`),
  );
  return { files: sources.length, seen: looked.length, faults: looked.filter((fault) => fault !== undefined) };
}

export const everywhere = (): boolean => true;
export const inServers = (source: Source): boolean => source.package.kind === 'server';

/** Whether a specifier names a package, and neither a file nor a part of Node. */
export const isBare = (specifier: string): boolean => /^(@[\w-][\w.-]*\/)?[\w-][\w.-]*(\/.*)?$/.test(specifier);

/** `@scope/name/inner/part` → `@scope/name` and `./inner/part`; without a part, `.`. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return { name: parts.slice(0, length).join('/'), subpath: ['.', ...parts.slice(length)].join('/') };
}

export interface WorkspaceImport extends Import {
  readonly specifier: string;
  readonly target: Package;
  readonly subpath: string;
}

/** The imports of a source that lead to packages of the workspace. */
export function workspaceImports(source: Source, workspace: Workspace): WorkspaceImport[] {
  return source.facts.imports.flatMap((each) => {
    const { specifier } = each;
    if (specifier === undefined) return [];
    const { name, subpath } = splitSpecifier(specifier);
    const target = workspace.packages.find(({ manifest }) => manifest.name === name);
    return target ? [{ ...each, specifier, target, subpath }] : [];
  });
}
