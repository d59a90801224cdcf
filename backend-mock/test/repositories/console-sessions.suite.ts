import { beforeEach, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  findSession,
  listSessionsOf,
  openSession,
  SESSION_IDLE_MS,
} from '../../src/console/session/sessions-repository.ts';
import type { Database } from '../../src/database/database.ts';
import type { ActionContext } from '../../src/people/action.ts';
import { endSessions } from '../../src/people/actions/sessions.ts';
import { insertInvitation } from '../../src/people/invitations/invitations-repository.ts';
import { insertPasskey, revokePasskey } from '../../src/people/passkeys/passkeys-repository.ts';
import { insertPerson, type Person } from '../../src/people/people-repository.ts';
import type { Stores } from '../support/engines.ts';
import { MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';

const passkeyOf = ({ id }: Person): string => `passkey-of-${id}`;

export function consoleSessionsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(async (tx) => {
      for (const person of [OWNER, REVIEWER]) {
        await insertPerson(tx, person, NOON);
        const common = { createdAt: NOON, name: person.name, roles: person.roles };
        const invitation = { ...common, id: `i-${person.id}`, secretDigest: person.id, invitedBy: null, usedAt: null };
        await insertInvitation(tx, { ...invitation, expiresAt: NOON });
        await insertPasskey(tx, {
          id: passkeyOf(person),
          personId: person.id,
          publicKey: 'pk',
          counter: 0,
          transports: [],
          label: `Key of ${person.name}`,
          invitationId: invitation.id,
          state: 'active',
          createdAt: NOON,
          lastUsedAt: null,
        });
      }
    });
  });

  const open = (person: Person, now: number): Promise<string> =>
    store.transaction((tx) => openSession(tx, person.id, passkeyOf(person), now));
  const sessionsOf = (person: Person, now: number) => store.transaction((tx) => listSessionsOf(tx, person.id, now));
  const end = (person: Person, args: JsonObject): Promise<JsonObject> =>
    store.transaction(
      async (tx) => (await endSessions.run(args, { tx, now: NOON, person } as unknown as ActionContext)).body,
    );

  test('a person sees their own sessions that last, the one used last first', async () => {
    const first = await open(OWNER, NOON);
    await open(OWNER, NOON + MINUTE);
    await open(REVIEWER, NOON);
    await store.transaction((tx) => findSession(tx, first, NOON + 2 * MINUTE));
    expect(await sessionsOf(OWNER, NOON + 3 * MINUTE)).toMatchObject([
      { passkey: 'Key of owner', createdAt: NOON, seenAt: NOON + 2 * MINUTE },
      { createdAt: NOON + MINUTE, seenAt: NOON + MINUTE },
    ]);
    expect(await sessionsOf(OWNER, NOON + MINUTE + SESSION_IDLE_MS)).toHaveLength(1);
    await store.transaction((tx) => revokePasskey(tx, passkeyOf(OWNER)));
    expect(await sessionsOf(OWNER, NOON + 3 * MINUTE)).toEqual([]);
  });

  test('everybody ends all of their own sessions, and nobody else is signed out', async () => {
    const secret = await open(REVIEWER, NOON);
    await open(REVIEWER, NOON);
    await open(OWNER, NOON);
    expect(await end(REVIEWER, {})).toEqual({ personId: REVIEWER.id, endedSessions: 2 });
    expect(await store.transaction((tx) => findSession(tx, secret, NOON))).toBeUndefined();
    expect([(await sessionsOf(REVIEWER, NOON)).length, (await sessionsOf(OWNER, NOON)).length]).toEqual([0, 1]);
  });

  test("somebody else's sessions take an administrator", async () => {
    await open(OWNER, NOON);
    await open(REVIEWER, NOON);
    await expect(end(REVIEWER, { personId: OWNER.id })).rejects.toMatchObject({ code: 'insufficient_scope' });
    expect(await sessionsOf(OWNER, NOON)).toHaveLength(1);
    expect(await end(OWNER, { personId: REVIEWER.id })).toEqual({ personId: REVIEWER.id, endedSessions: 1 });
    await expect(end(OWNER, { personId: 'p_nobody' })).rejects.toMatchObject({ code: 'not_found' });
  });
}
