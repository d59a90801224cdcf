import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../common/error-code.ts';

/**
 * The Ed25519 key that signs checkpoints, and from which the one is derived that proves who wrote an entry (PKCS#8, PEM);
 * made where there is none yet.
 *
 * @throws Error for the person who started the process: a file that is no such key.
 */
export const openLogKey = async (file: string): Promise<KeyObject> => (await findLogKey(file)) ?? makeLogKey(file);

/** The same, where there is one. @throws Error for a file that is no such key. */
export async function findLogKey(file: string): Promise<KeyObject | undefined> {
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (pem === undefined) return undefined;
  const key = parse(pem);
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is no Ed25519 private key (PKCS#8, PEM).`);
  return key;
}

function parse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

async function makeLogKey(file: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await writeFile(file, pem, { mode: 0o600, flag: 'wx', flush: true });
    return privateKey;
  } catch (error) {
    // Two processes that begin together: the one that was first is right.
    if (errorCode(error) === 'EEXIST') return openLogKey(file);
    throw error;
  }
}
