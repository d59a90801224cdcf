import { dirname, join } from 'node:path';
import type { PolicyText } from '@narrow-deputies/policy';
import { loadPolicyText, policyFileOf, PolicyFileRefused } from '../../../policy/policy-files.ts';
import { environmentOf } from '../../../start/home.ts';
import { Failure } from '../../failure.ts';

/** A policy from a file that a person named, or the environment's own. */
export interface PolicyFile {
  readonly path: string;
  readonly text: PolicyText;
  /** The environment that it is meant for; undefined for a file that a person named. */
  readonly environment: string | undefined;
  /** Where a finding's file lies, as the person named it. */
  readonly locate: (file: string) => string;
}

export const FILE_ARGUMENT = 'file of the policy (default: that of DEPUTIES_ENVIRONMENT)';

/** @throws Failure for a file that cannot be read as text. */
export async function openPolicy(file: string | undefined, env: NodeJS.ProcessEnv): Promise<PolicyFile> {
  const environment = environmentOf(env);
  const path = await readable(async () => file ?? policyFileOf(environment));
  const text = await readable(() => loadPolicyText(path));
  return {
    path,
    text,
    environment: file === undefined ? environment : undefined,
    locate: (name) => (name === text.file ? path : join(dirname(path), name)),
  };
}

/** @throws Failure in place of what the reading of files refuses. */
export async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof PolicyFileRefused ? new Failure(error.code, error.message) : error;
  }
}
