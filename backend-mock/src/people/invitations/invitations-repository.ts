import type { Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import { foldName, type Person, type PersonRole } from '../people-repository.ts';

/** How long a link can be used. */
export const INVITATION_LIFE_MS = 24 * 3_600_000;

/** A one-time link that enrols a passkey for one person. */
export interface Invitation {
  readonly id: string;
  /** SHA-256 of the secret in the link, hex. */
  readonly secretDigest: string;
  readonly name: string;
  readonly roles: readonly PersonRole[];
  /** Pseudonymous id of the administrator; null for the first of a new store. */
  readonly invitedBy: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

const toInvitation = (row: Tables['invitations']): Invitation => ({
  id: row.id,
  secretDigest: row.secret_digest,
  name: row.name,
  roles: JSON.parse(row.roles) as PersonRole[],
  invitedBy: row.invited_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
});

export async function insertInvitation(tx: Tx, invitation: Invitation): Promise<void> {
  await tx
    .insertInto('invitations')
    .values({
      id: invitation.id,
      secret_digest: invitation.secretDigest,
      name: invitation.name,
      roles: JSON.stringify(invitation.roles),
      invited_by: invitation.invitedBy,
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      used_at: null,
      closed_at: null,
      person_id: null,
    })
    .execute();
}

/** An invitation that can still be used. */
export async function findOpenInvitation(tx: Tx, secretDigest: string, now: number): Promise<Invitation | undefined> {
  const row = await tx
    .selectFrom('invitations')
    .selectAll()
    .where('secret_digest', '=', secretDigest)
    .where('used_at', 'is', null)
    .where('closed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && toInvitation(row);
}

/** Open invitations, newest first. */
export async function listOpenInvitations(tx: Tx, now: number): Promise<Invitation[]> {
  const rows = await tx
    .selectFrom('invitations')
    .selectAll()
    .where('used_at', 'is', null)
    .where('closed_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(toInvitation);
}

/** @returns false when it was used or closed, or expired, meanwhile. */
export async function useInvitation(tx: Tx, id: string, personId: string, now: number): Promise<boolean> {
  const row = await tx
    .updateTable('invitations')
    .set({ used_at: now, person_id: personId })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('closed_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns false when there is no such invitation that could still be used. */
export async function closeInvitation(tx: Tx, id: string, now: number): Promise<boolean> {
  const row = await tx
    .updateTable('invitations')
    .set({ closed_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('closed_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Closes every invitation that somebody gave, or was given, and that could still be used: power that was handed on ends
 * with its source.
 *
 * @returns their ids.
 */
export async function closeInvitationsOf(tx: Tx, { id, name }: Person, now: number): Promise<string[]> {
  const closed: string[] = [];
  for (const open of await listOpenInvitations(tx, now)) {
    const isTheirs = open.invitedBy === id || foldName(open.name) === foldName(name);
    if (isTheirs && (await closeInvitation(tx, open.id, now))) closed.push(open.id);
  }
  return closed;
}
