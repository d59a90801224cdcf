import type { Manifest } from './workspace.ts';

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** What was looked at, and what of it is wrong. */
export interface Finding {
  readonly seen: number;
  readonly faults: readonly string[];
}

/** Versions that a package manager could choose for itself: ranges, tags, addresses. */
export function unpinned(manifests: readonly Manifest[]): Finding {
  const all = manifests.flatMap(({ name, dependencies, devDependencies, optionalDependencies }) =>
    Object.entries({ ...optionalDependencies, ...devDependencies, ...dependencies }).map(([dependency, version]) => ({
      text: `${name}: ${dependency} ${version}`,
      version,
    })),
  );
  return { seen: all.length, faults: all.filter(({ version }) => !EXACT.test(version)).map(({ text }) => text) };
}

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
}

/**
 * Entries of a package-lock.json that name a registry, or that no digest holds to what was chosen. A prebuilt binary for
 * another platform may stand there by its exact version alone (docs/decisions/0009-lockfile-platforms.md).
 */
export function unlocked(lockfile: string): Finding {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(lockfile);
  const installed = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );
  const faults = installed.flatMap(([path, { resolved, integrity, optional, os }]) => {
    if (resolved !== undefined) return [`${path} is resolved to ${resolved}`];
    if (integrity === undefined && optional === true && os !== undefined) return [];
    return integrity?.startsWith('sha512-') === true ? [] : [`${path} has no SHA-512 digest`];
  });
  const addresses = lockfile.match(/"resolved": "(?!(servers|shared)\/[\w-]+"|backend-mock"|test")[^"]*"/g) ?? [];
  return { seen: installed.length, faults: faults.length > 0 ? faults : addresses };
}

/** Whether an .npmrc keeps the registry's address out of the lockfile. */
export const omitsRegistry = (npmrc: string): boolean =>
  npmrc.split(/\r?\n/).some((line) => line.trim() === 'omit-lockfile-registry-resolved=true');
