import type { Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';

/** A passkey of one person. */
export interface Passkey {
  /** Credential id, base64url. */
  readonly id: string;
  readonly personId: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly label: string;
  readonly invitationId: string;
  readonly state: 'active' | 'revoked';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

const toPasskey = (row: Tables['passkeys']): Passkey => ({
  id: row.id,
  personId: row.person_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: JSON.parse(row.transports) as string[],
  label: row.label,
  invitationId: row.invitation_id,
  state: row.state,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

export async function findPasskey(tx: Tx, id: string): Promise<Passkey | undefined> {
  const row = await tx.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toPasskey(row);
}

/** Every passkey there is, oldest first. */
export async function listPasskeys(tx: Tx): Promise<Passkey[]> {
  return (await tx.selectFrom('passkeys').selectAll().orderBy('created_at').orderBy('id').execute()).map(toPasskey);
}

/** @returns false when this credential is enrolled already, for whomever. */
export async function insertPasskey(tx: Tx, passkey: Passkey): Promise<boolean> {
  const row = await tx
    .insertInto('passkeys')
    .values({
      id: passkey.id,
      person_id: passkey.personId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: JSON.stringify(passkey.transports),
      label: passkey.label,
      invitation_id: passkey.invitationId,
      state: passkey.state,
      created_at: passkey.createdAt,
      last_used_at: passkey.lastUsedAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Takes the counter of an assertion. Two that race with one counter cannot both be taken.
 *
 * @returns false when the passkey is revoked, or its counter went on meanwhile.
 */
export async function takeCounter(tx: Tx, passkey: Passkey, counter: number, now: number): Promise<boolean> {
  const row = await tx
    .updateTable('passkeys')
    .set({ counter, last_used_at: now })
    .where('id', '=', passkey.id)
    .where('state', '=', 'active')
    .where('counter', '=', passkey.counter)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns false when there is no such passkey, or it was revoked before. */
export async function revokePasskey(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .updateTable('passkeys')
    .set({ state: 'revoked' })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
