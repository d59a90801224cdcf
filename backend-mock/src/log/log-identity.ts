import { randomBytes } from 'node:crypto';
import {
  formatVerifierKey,
  parseVerifierKey,
  verifierOf,
  type NoteSigner,
  type NoteVerifier,
} from '@narrow-deputies/transparency-log';
import type { KeyObject } from 'node:crypto';
import type { Reader, Tx } from '../database/database.ts';

const NAME = 'log-verifier';

/** Who signs the log of this store, by its verifier key; undefined before the first start with a key. */
export async function logVerifier(tx: Reader): Promise<NoteVerifier | undefined> {
  const row = await tx.selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirst();
  return row && parseVerifierKey(row.value);
}

/**
 * The signer of this store's log. The first key that a store is started with becomes the log's own, under a name that no
 * other log has (C2SP tlog-checkpoint, "Origin").
 *
 * @returns undefined when the log belongs to another key: then another replica, which holds that one, signs.
 */
export async function logSigner(tx: Tx, environment: string, key: KeyObject): Promise<NoteSigner | undefined> {
  const name = `narrow-deputies/${environment}/${randomBytes(8).toString('hex')}`;
  const value = formatVerifierKey(verifierOf({ name, privateKey: key }));
  await tx
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const verifier = await logVerifier(tx);
  if (!verifier) throw new Error("The store names the log's key in a form that cannot be read.");
  return isLogKey(verifier, key) ? { name: verifier.name, privateKey: key } : undefined;
}

/** Whether a key is the one that signs a log. */
export const isLogKey = ({ name, keyId }: NoteVerifier, privateKey: KeyObject): boolean =>
  verifierOf({ name, privateKey }).keyId === keyId;
