import { join } from 'node:path';
import { expect, jest } from '@jest/globals';
import type * as LabModule from './lab.ts';
import type { Lab, LabOptions } from './lab.ts';
import { ROOT } from './processes.ts';

/** What a module exports, by name. */
type Exports = Readonly<Record<string, unknown>>;

/** One fault that is put into the product. */
export interface Fault {
  /** A package's name, or a file below the workspace. */
  readonly module: string;
  /** The exports that replace the module's own of the same names. */
  readonly instead: (real: Exports) => Exports;
}

const SELF_CHECK = join(ROOT, 'backend-mock', 'src', 'self-check', 'self-check.ts');

const pathOf = ({ module }: Fault): string => (module.startsWith('@') ? module : join(ROOT, module));

/**
 * A backend of its own, loaded anew with one module of it replaced, or several where several walls stand before the same
 * thing: the broken twin of the one that `startLab` gives. It serves without its self-check, which would notice many a fault
 * and refuse. Nothing that was loaded before is touched.
 */
export async function startBrokenLab(fault: Fault | readonly Fault[], options: LabOptions = {}): Promise<Lab> {
  const faults = [fault].flat() as readonly Fault[];
  jest.resetModules();
  for (const each of faults) {
    const path = pathOf(each);
    // Loaded first, so that it shares its own imports with everything that is loaded after it.
    const real = (await import(path)) as Exports;
    jest.unstable_mockModule(path, () => ({ ...real, ...each.instead(real) }));
  }
  jest.unstable_mockModule(SELF_CHECK, () => ({
    SelfCheck: class {
      run = (): Promise<void> => Promise.resolve();
    },
  }));
  try {
    const { startLab }: typeof LabModule = await import('./lab.ts');
    return await startLab(options);
  } finally {
    for (const each of faults) jest.unstable_unmockModule(pathOf(each));
    jest.unstable_unmockModule(SELF_CHECK);
    jest.resetModules();
  }
}

/**
 * Holds when a test's own assertion fails, as it has to where the product is broken. An error of another kind is one of
 * the test itself and passes through.
 */
export async function expectCaught(assertion: () => unknown): Promise<void> {
  let caught = false;
  try {
    await assertion();
  } catch (error) {
    if (!(error instanceof Error && 'matcherResult' in error)) throw error;
    caught = true;
  }
  expect(caught).toBe(true);
}
