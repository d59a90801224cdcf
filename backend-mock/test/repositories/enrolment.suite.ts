import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { AuditService } from '../../src/audit/audit.service.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { EnrolmentService, secretDigest } from '../../src/people/invitations/enrolment.service.ts';
import { inviteFirst, NotFirst } from '../../src/people/invitations/first-invitation.ts';
import {
  insertInvitation,
  INVITATION_LIFE_MS,
  type Invitation,
} from '../../src/people/invitations/invitations-repository.ts';
import { listPasskeys, revokePasskey } from '../../src/people/passkeys/passkeys-repository.ts';
import { ensureFirstPeople, enrolFirstKey } from '../../src/people/first-people.ts';
import { insertPerson, listPeople, removePerson, type Person } from '../../src/people/people-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makeSigner } from '../support/evidence.ts';
import { makePerson } from '../support/rows.ts';
import { SoftAuthenticator, type Algorithm, type Lies } from '../support/soft-authenticator.ts';

const ORIGIN = 'http://localhost:4181';
const SETTINGS = new Settings('production');
SETTINGS.publish({ backendUrl: 'http://127.0.0.1:4180', consoleUrl: ORIGIN });

const refused = (code: string): object => expect.objectContaining({ code });

const REST = { label: 'x', source: '127.0.0.1' };

export function enrolmentSuite(stores: Stores): void {
  let store: Database;
  let service: EnrolmentService;
  beforeEach(async () => {
    store = await stores.fresh();
    service = new EnrolmentService(store, SETTINGS, new AuditService(SETTINGS));
  });

  /** @returns the link's secret. */
  const invite = async (name: string, overrides: Partial<Invitation> = {}): Promise<string> => {
    const secret = randomBytes(32).toString('base64url');
    const now = Date.now();
    const invitation: Invitation = {
      id: overrides.id ?? secret.slice(0, 36),
      secretDigest: secretDigest(secret),
      name,
      roles: ['reviewer'],
      invitedBy: null,
      createdAt: now,
      expiresAt: now + INVITATION_LIFE_MS,
      usedAt: null,
      ...overrides,
    };
    await store.transaction((tx) => insertInvitation(tx, invitation));
    return secret;
  };
  const enrol = async (secret: string, passkey = new SoftAuthenticator(ORIGIN), lies: Lies = {}): Promise<Person> => {
    const { nonce } = await service.ask(secret);
    return service.enrol({ secret, nonce, response: passkey.create(nonce, lies), label: 'Phone', source: '127.0.0.1' });
  };
  const people = (): Promise<Person[]> => store.transaction((tx) => listPeople(tx));
  const entries = async (): Promise<string[]> =>
    (await store.db.selectFrom('audit_entries').select('tool').execute()).map(({ tool }) => tool);
  /** Nobody and nothing was added. */
  const expectNothing = async (): Promise<void> => {
    expect([await people(), await store.transaction((tx) => listPasskeys(tx)), await entries()]).toEqual([[], [], []]);
  };

  test.each<Algorithm>(['ES256', 'Ed25519'])(
    'a link enrols one person with one passkey, once (%s) [person.invitation]',
    async (algorithm) => {
      const passkey = new SoftAuthenticator(ORIGIN, algorithm);
      const secret = await invite('Ann');
      expect(await service.look(secret)).toMatchObject({ name: 'Ann', roles: ['reviewer'] });
      const ann = await enrol(secret, passkey);
      expect(ann).toMatchObject({ name: 'Ann', roles: ['reviewer'], state: 'active' });
      expect(await store.transaction((tx) => listPasskeys(tx))).toMatchObject([
        { id: passkey.id, personId: ann.id, publicKey: passkey.publicKey, label: 'Phone', state: 'active' },
      ]);
      expect(await entries()).toEqual(['people.enrol_passkey']);
      expect(await service.look(secret)).toBeUndefined();
      await expect(enrol(secret)).rejects.toEqual(refused('not_found'));
      expect(await people()).toHaveLength(1);
    },
  );

  test.each<[string, Lies]>([
    ['comes from another origin', { origin: 'https://approve.example' }],
    ['is for another relying party', { rpId: 'approve.example' }],
    ['did not ask for its person', { userVerified: false }],
    ['is an assertion', { type: 'webauthn.get' }],
  ])('a passkey is not enrolled when its answer %s [person.passkey]', async (_what, lies) => {
    const secret = await invite('Ann');
    await expect(enrol(secret, new SoftAuthenticator(ORIGIN), lies)).rejects.toEqual(refused('unauthenticated'));
    await expectNothing();
    expect((await enrol(secret)).name).toBe('Ann');
  });

  test('a challenge serves one link, once, and two minutes [person.invitation]', async () => {
    const secret = await invite('Ann');
    const other = await invite('Bob');
    const passkey = new SoftAuthenticator(ORIGIN);
    const { nonce } = await service.ask(secret);
    const response = passkey.create(nonce);
    await expect(service.enrol({ secret: other, nonce, response, ...REST })).rejects.toEqual(
      refused('unauthenticated'),
    );
    const { nonce: asked } = await service.ask(secret);
    await expect(service.enrol({ secret, nonce: asked, response, ...REST })).rejects.toEqual(
      refused('unauthenticated'),
    );
    const { nonce: late } = await service.ask(secret);
    await store.db.updateTable('challenges').set({ expires_at: 1 }).execute();
    await expect(service.enrol({ secret, nonce: late, response: passkey.create(late), ...REST })).rejects.toEqual(
      refused('unauthenticated'),
    );
    await expectNothing();
  });

  test('a link that is unknown or too old enrols nobody [person.invitation]', async () => {
    const old = await invite('Ann', { expiresAt: Date.now() - 1 });
    for (const secret of [old, randomBytes(32).toString('base64url'), '']) {
      expect(await service.look(secret)).toBeUndefined();
      await expect(service.ask(secret)).rejects.toEqual(refused('not_found'));
    }
    await expectNothing();
  });

  test('two who hold one link do not both enrol [person.invitation]', async () => {
    const secret = await invite('Ann');
    const settled = await Promise.allSettled([enrol(secret), enrol(secret)]);
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await store.transaction((tx) => listPasskeys(tx))).toHaveLength(1);
  });

  test('one passkey is not enrolled for two people [person.one-identity]', async () => {
    const passkey = new SoftAuthenticator(ORIGIN);
    await enrol(await invite('Ann'), passkey);
    await expect(enrol(await invite('Bob'), passkey)).rejects.toEqual(refused('unauthenticated'));
    expect((await people()).map(({ name }) => name)).toEqual(['Ann']);
  });

  test.each(['ANN', 'Аnn', 'Ａｎｎ', 'Ánn'])(
    'a link for "%s" adds a passkey to Ann, and leaves her roles [person.one-identity]',
    async (name) => {
      const ann = await enrol(await invite('Ann'));
      expect(await enrol(await invite(name, { roles: ['administrator'] }))).toEqual(ann);
      const passkeys = await store.transaction((tx) => listPasskeys(tx));
      expect(passkeys.map(({ personId }) => personId)).toEqual([ann.id, ann.id]);
    },
  );

  test('a link for somebody who was removed meanwhile enrols nobody [person.invitation]', async () => {
    const ann = makePerson('ann', ['reviewer']);
    await store.transaction((tx) => insertPerson(tx, ann, 1));
    const secret = await invite('Ann');
    await store.transaction((tx) => removePerson(tx, ann.id));
    await expect(enrol(secret)).rejects.toEqual(refused('not_found'));
    expect(await store.transaction((tx) => listPasskeys(tx))).toEqual([]);
  });

  const first = async (name: string, environment = 'production'): Promise<string> => {
    const secret = randomBytes(32).toString('base64url');
    await inviteFirst(store, environment, name, secretDigest(secret));
    return secret;
  };

  test('the first administrator is the owner that a new store begins with [person.first-invitation]', async () => {
    const [owner] = await ensureFirstPeople(store, 'production');
    const enrolled = await enrol(await first('owner'));
    expect(enrolled).toEqual({ ...owner?.person, roles: ['owner', 'administrator'] });
    expect((await ensureFirstPeople(store, 'production')).map((each) => each.enrolled)).toEqual([true, false]);
    expect(await entries()).toEqual(expect.arrayContaining(['people.invite_first', 'people.enrol_passkey']));
  });

  test('the first administrator can be somebody new [person.first-invitation]', async () => {
    expect(await enrol(await first('Maria'))).toMatchObject({ name: 'Maria', roles: ['administrator', 'owner'] });
  });

  test('of several first invitations the newest is good [person.first-invitation]', async () => {
    const before = await first('owner');
    const now = await first('Maria');
    expect(await service.look(before)).toBeUndefined();
    expect(await service.look(now)).toMatchObject({ name: 'Maria' });
  });

  test('there is none once an administrator can sign, nor for somebody known in another role [person.first-invitation]', async () => {
    await ensureFirstPeople(store, 'production');
    await expect(first('reviewer')).rejects.toThrow(NotFirst);
    await expect(first('оwner2\u200B')).rejects.toThrow(NotFirst);
    await enrol(await first('owner'));
    const before = await store.db.selectFrom('invitations').selectAll().execute();
    for (const name of ['owner', 'Maria']) await expect(first(name)).rejects.toThrow(NotFirst);
    expect(await store.db.selectFrom('invitations').selectAll().execute()).toEqual(before);
  });

  test('it is there again when no administrator has a passkey any more [person.first-invitation]', async () => {
    await enrol(await first('owner'));
    const [passkey] = await store.transaction((tx) => listPasskeys(tx));
    await store.transaction((tx) => revokePasskey(tx, passkey?.id ?? ''));
    expect((await enrol(await first('owner'))).name).toBe('owner');
  });

  test('in development a key or a passkey of anybody is enough to have none [person.first-invitation]', async () => {
    await ensureFirstPeople(store, 'development');
    await first('owner', 'development');
    await enrolFirstKey(store, 'development', 'reviewer', makeSigner('').key);
    await expect(first('owner', 'development')).rejects.toThrow(NotFirst);
  });

  test('no key is enrolled outside development [person.environments]', async () => {
    await ensureFirstPeople(store, 'production');
    for (const environment of ['staging', 'production']) {
      await expect(enrolFirstKey(store, environment, 'owner', makeSigner('').key)).rejects.toThrow('passkeys');
    }
    expect(await store.db.selectFrom('person_keys').selectAll().execute()).toEqual([]);
  });
}
