import { randomUUID } from 'node:crypto';
import { AuditService } from '../../audit/audit.service.ts';
import { currentTime } from '../../common/clock.ts';
import { Settings } from '../../common/settings.ts';
import type { Database, Tx } from '../../database/database.ts';
import { refuseForeignStore } from '../../start/require-environment.ts';
import { personName } from '../person-name.ts';
import { findPersonByName, type PersonRole } from '../people-repository.ts';
import { insertInvitation, INVITATION_LIFE_MS, type Invitation } from './invitations-repository.ts';

/** What the first person of a store may do: name all others, and decide on their own agents' plans. */
export const FIRST_ROLES: readonly PersonRole[] = ['administrator', 'owner'];

/** Why there is no first invitation. */
export class NotFirst extends Error {
  override readonly name = 'NotFirst';
}

/**
 * The one invitation that nobody signs; whoever can open the store can write it. It is possible only while nobody could
 * sign another: in development while nobody has a passkey or key, elsewhere while no administrator has a passkey. Of
 * several, the newest is good.
 *
 * @param secretDigest SHA-256 of the link's secret, hex.
 * @throws NotFirst in words for the person at the terminal; Error for the store of another environment.
 */
export async function inviteFirst(
  database: Database,
  environment: string,
  name: string,
  secretDigest: string,
): Promise<Invitation> {
  const settings = new Settings(environment);
  const named = personName.safeParse(name);
  if (!named.success) throw new NotFirst(named.error.issues.map(({ message }) => message).join(' '));
  await refuseForeignStore(database, environment);
  return database.transaction(async (tx) => {
    if (await canInvite(tx, settings)) {
      throw new NotFirst('Somebody can invite others already. An administrator invites in the console.');
    }
    const known = await findPersonByName(tx, name);
    if (known && (known.state === 'removed' || !known.roles.includes('administrator'))) {
      throw new NotFirst(`"${known.name}" is known and no administrator. Invite "owner", or somebody new.`);
    }
    const now = await currentTime(database, tx);
    await tx.deleteFrom('invitations').where('invited_by', 'is', null).where('used_at', 'is', null).execute();
    const invitation: Invitation = {
      id: randomUUID(),
      secretDigest,
      name: known?.name ?? name,
      roles: known?.roles ?? FIRST_ROLES,
      invitedBy: null,
      createdAt: now,
      expiresAt: now + INVITATION_LIFE_MS,
      usedAt: null,
    };
    await insertInvitation(tx, invitation);
    await new AuditService(settings).record(tx, now, {
      tool: 'people.invite_first',
      kind: 'system',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['nobody-can-sign'],
      person: known?.id ?? null,
      details: { invitationId: invitation.id, roles: [...invitation.roles] },
    });
    return invitation;
  });
}

async function canInvite(tx: Tx, { acceptsKeyFiles }: Settings): Promise<boolean> {
  const withPasskeys = await tx
    .selectFrom('passkeys')
    .innerJoin('people', 'people.id', 'passkeys.person_id')
    .select('people.roles')
    .where('passkeys.state', '=', 'active')
    .where('people.state', '=', 'active')
    .execute();
  if (!acceptsKeyFiles)
    return withPasskeys.some(({ roles }) => (JSON.parse(roles) as string[]).includes('administrator'));
  const key = await tx.selectFrom('person_keys').select('keyid').limit(1).executeTakeFirst();
  return withPasskeys.length > 0 || key !== undefined;
}
