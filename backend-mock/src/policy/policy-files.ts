import { open, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { policySchema, readYaml, type PolicyText } from '@narrow-deputies/policy';
import { errorCode } from '../common/error-code.ts';

/** Beside `src` and `dist` alike. */
const POLICIES = join(import.meta.dirname, '..', '..', 'policies');
const ENVIRONMENT = /^[a-z]{1,32}$/;
/** Largest file, in bytes. */
export const POLICY_FILE_MAX = 2 * 1024 * 1024;

export type PolicyFileCode = 'missing_file' | 'unreadable_file' | 'file_too_large' | 'not_utf8' | 'outside_folder';

/** A file that cannot be read as text; what it says is not looked at here. */
export class PolicyFileRefused extends Error {
  readonly code: PolicyFileCode;

  constructor(code: PolicyFileCode, message: string) {
    super(message);
    this.name = 'PolicyFileRefused';
    this.code = code;
  }
}

/** The file that an environment's policy is written in. @throws PolicyFileRefused for a name that is no environment's. */
export function policyFileOf(environment: string): string {
  if (ENVIRONMENT.test(environment)) return join(POLICIES, `${environment}.yaml`);
  throw new PolicyFileRefused('missing_file', 'An environment is a name in lower-case letters, like "development".');
}

/**
 * Reads a policy and the risk packs that it names, each from beside it. A pack that does not exist is left out: whoever
 * reads the policy says on which line it is named.
 *
 * @throws PolicyFileRefused when the policy does not exist, or a file is no text, too large or leads out of the folder.
 */
export async function loadPolicyText(path: string): Promise<PolicyText> {
  const policy = await readTextFile(path);
  const read = readYaml(policy, policySchema);
  const packs: Record<string, string> = {};
  for (const name of read.ok ? (read.value.risk?.packs ?? []) : []) {
    const text = await readBeside(path, name);
    if (text !== undefined) packs[name] = text;
  }
  return { file: basename(path), policy, packs };
}

/**
 * @param name relative to the policy's folder.
 * @returns undefined where there is no such file.
 */
async function readBeside(policy: string, name: string): Promise<string | undefined> {
  const folder = dirname(policy);
  const path = join(folder, name);
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path);
  }
  // A link may lead elsewhere inside the folder, as mounted configuration does, and nowhere else.
  if (!real.startsWith(`${await realpath(folder)}${sep}`)) {
    throw new PolicyFileRefused('outside_folder', `${path} leads out of the folder of the policy.`);
  }
  return readTextFile(real);
}

/** Reads one file of at most {@link POLICY_FILE_MAX} bytes of UTF-8. @throws PolicyFileRefused. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBounded(path);
  if (bytes.length > POLICY_FILE_MAX) throw new PolicyFileRefused('file_too_large', `${path} is larger than 2 MiB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PolicyFileRefused('not_utf8', `${path} is not UTF-8.`);
  }
}

/** At most one byte more than a file may have, whatever its size says. */
async function readBounded(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      if (!(await file.stat()).isFile()) throw unreadable(path);
      const buffer = Buffer.alloc(POLICY_FILE_MAX + 1);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) throw new PolicyFileRefused('missing_file', `There is no file ${path}.`);
    throw unreadable(path);
  }
}

const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
const unreadable = (path: string): PolicyFileRefused =>
  new PolicyFileRefused('unreadable_file', `${path} cannot be read as a file.`);
