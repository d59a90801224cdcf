import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { generateSeed, keyThumbprint, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import * as z from 'zod';
import { errorCode } from '../common/error-code.ts';
import { foldName } from './people-repository.ts';

/** One person's key on their own disk: the public half in the clear, the private half encrypted. */
export interface KeyFile {
  readonly name: string;
  readonly keyid: string;
  readonly publicX: string;
  /** Encrypted PKCS#8 (RFC 5958), PEM. */
  readonly privateKey: string;
}

const keyFileSchema = z.strictObject({
  name: z.string(),
  keyid: z.string(),
  publicX: z.string(),
  privateKey: z.string().startsWith('-----BEGIN ENCRYPTED PRIVATE KEY-----'),
});

export const PASSPHRASE_MIN = 8;

/** Where people's keys lie: outside every home, so that nothing that reads the backend's files finds them. */
export function peopleFolder(env: NodeJS.ProcessEnv): string {
  if (env['DEPUTIES_PEOPLE']) return env['DEPUTIES_PEOPLE'];
  const config =
    process.platform === 'win32'
      ? (env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'))
      : (env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'));
  return join(config, 'narrow-deputies', 'people');
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;

function fileOf(folder: string, name: string): string {
  const folded = foldName(name);
  if (!NAME.test(folded)) throw new Error('The name of a person has only letters, digits, "-" and "_".');
  return join(folder, `${folded}${ENDING}`);
}

const ENDING = '.key.json';

/** Names of the files in a folder that would be people's keys; none where there is no such folder. */
export async function listKeyFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.toLowerCase().endsWith(ENDING)).toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** @returns undefined when the person has no key in this folder. @throws Error for a file that is no key. */
export async function readKeyFile(folder: string, name: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(folder, name), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = keyFileSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${fileOf(folder, name)} is not a key file with an encrypted private key.`);
  return parsed.data;
}

/**
 * Makes a key and writes it encrypted, readable by its owner alone; never overwrites one.
 *
 * @throws Error for a passphrase that is too short, or when the file exists.
 */
export async function createKeyFile(folder: string, name: string, passphrase: string): Promise<KeyFile> {
  if (passphrase.length < PASSPHRASE_MIN) {
    throw new Error(`A passphrase has at least ${PASSPHRASE_MIN} characters.`);
  }
  const key = privateKeyFromSeed(generateSeed());
  const jwk = publicJwk(key);
  const file: KeyFile = {
    name,
    keyid: keyThumbprint(jwk),
    publicX: jwk.x,
    privateKey: key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(fileOf(folder, name), 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return file;
}

/** @throws Error in plain words when the passphrase is wrong. */
export function unlockKey(file: KeyFile, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key: file.privateKey, passphrase });
  } catch {
    throw new Error(`The passphrase does not open the key of ${file.name}.`);
  }
}

/** Reads and opens one person's key. @throws Error when there is none, or the passphrase is wrong. */
export async function unlockKeyOf(
  folder: string,
  name: string,
  passphrase: string,
): Promise<{ keyid: string; key: KeyObject }> {
  const file = await readKeyFile(folder, name);
  if (!file) throw new Error(`There is no key of "${name}" in ${folder}.`);
  return { keyid: file.keyid, key: unlockKey(file, passphrase) };
}
