import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { factsOf, type SourceFacts } from './source-facts.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The parts of a package.json that the rules read. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  readonly kind: 'server' | 'shared' | 'backend';
  /** From the root, like `shared/contracts`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly package: Package;
  readonly facts: SourceFacts;
}

export interface Workspace {
  readonly packages: readonly Package[];
  readonly sources: readonly Source[];
}

/** Texts by path from the root; the same for what lies on disk and for what a test makes up. */
export type Files = Readonly<Record<string, string>>;

const MANIFEST = /^((servers|shared)\/[^/]+|backend-mock)\/package\.json$/;
const KINDS = { servers: 'server', shared: 'shared' } as const;
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.nx', '.deputies', 'coverage']);

export function parseManifest(text: string): Manifest {
  const manifest: Manifest = JSON.parse(text);
  return manifest;
}

/** Puts the packages together, and the TypeScript sources below each one's `src`. */
export function composeWorkspace(files: Files): Workspace {
  const packages = Object.entries(files).flatMap(([path, text]): Package[] => {
    const [, folder, group] = MANIFEST.exec(path) ?? [];
    if (folder === undefined) return [];
    const kind = group === 'servers' || group === 'shared' ? KINDS[group] : 'backend';
    return [{ kind, folder, manifest: parseManifest(text) }];
  });
  const sources = Object.entries(files).flatMap(([path, text]): Source[] => {
    const owner = packages.find(({ folder }) => path.startsWith(`${folder}/src/`));
    return owner && path.endsWith('.ts') ? [{ path, package: owner, facts: factsOf(text) }] : [];
  });
  return { packages, sources };
}

/** Every file below some folders of the workspace, but what was installed or built. */
export function readFiles(folders: readonly string[], accept: (path: string) => boolean): Files {
  const files: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name).replaceAll(sep, '/');
      if (entry.isDirectory() && !NOT_OURS.has(entry.name)) walk(path);
      if (entry.isFile() && accept(path)) files[path] = readFileSync(join(ROOT, path), 'utf8');
    }
  };
  for (const folder of folders) walk(folder);
  return files;
}

/** The packages as they are on disk. */
export const readWorkspace = (): Workspace =>
  composeWorkspace(
    readFiles(['servers', 'shared', 'backend-mock'], (path) => MANIFEST.test(path) || /\/src\/.*\.ts$/.test(path)),
  );
