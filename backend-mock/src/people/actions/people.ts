import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { endSessionsOf } from '../../console/session/sessions-repository.ts';
import {
  closeInvitation,
  closeInvitationsOf,
  INVITATION_LIFE_MS,
  insertInvitation,
  listOpenInvitations,
} from '../invitations/invitations-repository.ts';
import { findPasskey, listPasskeys, revokePasskey } from '../passkeys/passkeys-repository.ts';
import { revokePlansFor } from '../../plans/plans-repository.ts';
import { defineAction } from '../action.ts';
import { personName } from '../person-name.ts';
import {
  findPerson,
  findPersonByName,
  listPeople as readPeople,
  PERSON_ROLES,
  removePerson,
  setRoles,
} from '../people-repository.ts';

const roles = z
  .array(z.enum(PERSON_ROLES))
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'Each role once.');
const personId = z.string().max(64);

/**
 * Makes a one-time link good. Its secret is made where the link is shown; only its digest comes here. A name that is
 * known, or looks like one that is, adds a passkey to that person and leaves their roles.
 */
export const invite = defineAction({
  name: 'invite',
  roles: ['administrator'],
  arguments: z.strictObject({ name: personName, roles, secretDigest: z.string().regex(/^[0-9a-f]{64}$/) }),
  async run(args, { tx, now, person }) {
    const known = await findPersonByName(tx, args.name);
    if (known?.state === 'removed') {
      throw new Refusal('invalid_arguments', { detail: 'A person of this name was removed. Choose another name.' });
    }
    const invitation = {
      id: randomUUID(),
      secretDigest: args.secretDigest,
      name: known?.name ?? args.name,
      roles: known?.roles ?? args.roles,
      invitedBy: person.id,
      createdAt: now,
      expiresAt: now + INVITATION_LIFE_MS,
      usedAt: null,
    };
    await insertInvitation(tx, invitation);
    const body: JsonObject = {
      invitationId: invitation.id,
      name: invitation.name,
      roles: [...invitation.roles],
      known: known !== undefined,
      expiresAt: rfc3339(invitation.expiresAt),
    };
    const { name: _name, ...entry } = body;
    return { body, entry: { details: { ...entry, person: known?.id ?? null } } };
  },
});

/** Takes a link back that nobody has opened yet, whoever made it; also the first one of a store. */
export const revokeInvitation = defineAction({
  name: 'revoke_invitation',
  roles: ['administrator'],
  arguments: z.strictObject({ invitationId: z.uuid() }),
  async run({ invitationId }, { tx, now }) {
    if (!(await closeInvitation(tx, invitationId, now))) {
      throw new Refusal('not_found', { detail: 'No such link is open. "people list" shows those that are.' });
    }
    const body: JsonObject = { invitationId, state: 'revoked' };
    return { body, entry: { details: body } };
  },
});

/** Who is enrolled, with which passkeys, and which links are open. */
export const listEnrolled = defineAction({
  name: 'list_people',
  reads: true,
  roles: ['owner', 'reviewer', 'support-lead', 'administrator'],
  arguments: z.strictObject({}),
  async run(_args, { tx, now }) {
    const passkeys = await listPasskeys(tx);
    const everybody = await readPeople(tx);
    const people = everybody.map((person) => ({
      personId: person.id,
      name: person.name,
      roles: [...person.roles],
      state: person.state,
      passkeys: passkeys
        .filter((passkey) => passkey.personId === person.id)
        .map(({ id, label, state, createdAt, lastUsedAt }) => ({
          passkeyId: id,
          label,
          state,
          createdAt: rfc3339(createdAt),
          lastUsedAt: lastUsedAt === null ? null : rfc3339(lastUsedAt),
        })),
    }));
    const invitations = (await listOpenInvitations(tx, now)).map((open) => ({
      invitationId: open.id,
      name: open.name,
      roles: [...open.roles],
      invitedBy: everybody.find(({ id }) => id === open.invitedBy)?.name ?? null,
      expiresAt: rfc3339(open.expiresAt),
    }));
    return { body: { people, invitations } };
  },
});

/** Gives a person other roles, from the next act on. Who stops being an administrator takes their open links along. */
export const changeRoles = defineAction({
  name: 'change_roles',
  roles: ['administrator'],
  arguments: z.strictObject({ personId, roles }),
  async run(args, { tx, now, person }) {
    const whose = await findPerson(tx, args.personId);
    if (whose?.state !== 'active') throw unknown();
    if (whose.id === person.id && !args.roles.includes('administrator')) throw last();
    await setRoles(tx, whose.id, args.roles);
    const isDemoted = whose.roles.includes('administrator') && !args.roles.includes('administrator');
    const body: JsonObject = {
      personId: whose.id,
      before: [...whose.roles],
      roles: [...args.roles],
      endedInvitations: isDemoted ? await closeInvitationsOf(tx, whose, now) : [],
    };
    return { body, entry: { details: body } };
  },
});

/**
 * Removes a person for good: their sessions, their agents' tokens and open plans, and open links of and by them end, and
 * their approvals no longer count.
 */
export const removeEnrolled = defineAction({
  name: 'remove_person',
  roles: ['administrator'],
  arguments: z.strictObject({ personId }),
  async run(args, { tx, now, person }) {
    const whose = await findPerson(tx, args.personId);
    if (whose?.state !== 'active') throw unknown();
    if (whose.id === person.id) throw last();
    await removePerson(tx, whose.id);
    const body: JsonObject = {
      personId: whose.id,
      endedSessions: await endSessionsOf(tx, whose.id, now),
      endedInvitations: await closeInvitationsOf(tx, whose, now),
      revokedPlans: await revokePlansFor(tx, whose.id),
    };
    return { body, entry: { details: body } };
  },
});

/** Ends one passkey, and open links of and by its person; what it approved and is not committed yet no longer counts. */
export const revokeCredential = defineAction({
  name: 'revoke_passkey',
  roles: ['administrator'],
  arguments: z.strictObject({ passkeyId: z.string().max(1024) }),
  async run(args, { tx, now }) {
    const passkey = await findPasskey(tx, args.passkeyId);
    if (!passkey) throw new Refusal('not_found', { detail: 'There is no such passkey.' });
    const revoked = await revokePasskey(tx, passkey.id);
    const endedSessions = await endSessionsOf(tx, passkey.personId, now);
    const whose = await findPerson(tx, passkey.personId);
    const endedInvitations = whose ? await closeInvitationsOf(tx, whose, now) : [];
    const { id: passkeyId, personId: holder } = passkey;
    const body: JsonObject = { passkeyId, personId: holder, repeated: !revoked, endedSessions, endedInvitations };
    return { body, entry: { details: body } };
  },
});

const unknown = (): Refusal => new Refusal('not_found', { detail: 'There is no such person.' });
const last = (): Refusal =>
  new Refusal('invalid_arguments', {
    detail: 'Nobody takes their own administration away. Another administrator can.',
  });
