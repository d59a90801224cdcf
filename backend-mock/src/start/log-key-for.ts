import { existsSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { Database, type Reader } from '../database/database.ts';
import { isLogKey, logVerifier } from '../log/log-identity.ts';
import { findLogKey, openLogKey } from '../log/log-key.ts';

/** Why a process may not write into a store. */
export class NoLogKey extends Error {
  override readonly name = 'NoLogKey';
}

/**
 * The key that entries in a store are proven with. Only for a store that has no log yet one is made.
 *
 * @param location `postgres://…`, or the path of a SQLite file, which need not exist.
 * @throws NoLogKey, for the person at the terminal, where the log of the store has another key.
 */
export async function logKeyFor(location: string, file: string): Promise<KeyObject> {
  const verifier = await verifierOf(location);
  if (verifier === undefined) return openLogKey(file);
  const key = await findLogKey(file);
  if (key && isLogKey(verifier, key)) return key;
  throw new NoLogKey(
    `${key ? `${file} is not the key of this store's audit log` : `The key of this store's audit log is not at ${file}`}. ` +
      'Without it nobody could tell who wrote what this would write. Set DEPUTIES_LOG_KEY to the file that the backend has.',
  );
}

async function verifierOf(location: string) {
  if (!/^postgres(ql)?:\/\//.test(location) && !existsSync(location)) return undefined;
  const database = new Database({ location });
  try {
    return (await hasSettings(database.db)) ? await logVerifier(database.db) : undefined;
  } finally {
    await database.close();
  }
}

const hasSettings = async (db: Reader): Promise<boolean> =>
  (await db.introspection.getTables()).some(({ name }) => name === 'settings');
