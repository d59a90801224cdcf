import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { verifyExport } from '../../backend-mock/src/verifier/verify-export.ts';
import type { Fault } from './broken.ts';
import { ROOT } from './processes.ts';

const FOLDER = join(ROOT, 'backend-mock', 'src', 'verifier');

/**
 * One file of the verifier, loaded anew with one module that it uses replaced: its broken twin. Nothing that was loaded before
 * is touched.
 */
export async function breakModule<T>(file: string, { module, instead }: Fault): Promise<T> {
  const path = module.startsWith('@') ? module : join(FOLDER, module);
  jest.resetModules();
  const real = (await import(path)) as Readonly<Record<string, unknown>>;
  jest.unstable_mockModule(path, () => ({ ...real, ...instead(real) }));
  try {
    return (await import(join(FOLDER, file))) as T;
  } finally {
    jest.unstable_unmockModule(path);
    jest.resetModules();
  }
}

/** The verification of exports, with one module of it replaced. */
export const breakVerifier = async (fault: Fault): Promise<typeof verifyExport> =>
  (await breakModule<{ verifyExport: typeof verifyExport }>('verify-export.ts', fault)).verifyExport;
