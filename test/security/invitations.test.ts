import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { sha256Hex } from '@narrow-deputies/signing';
import { SoftAuthenticator } from '../../backend-mock/test/support/soft-authenticator.ts';
import { expectCaught, startBrokenLab, type Fault } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { PasskeyPerson, post } from '../support/passkey-person.ts';
import type { WireReply } from '../support/wire-client.ts';

const REPOSITORY = 'backend-mock/src/people/invitations/invitations-repository.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
afterAll(() => lab?.stop());

const expectCaughtIn = async (fault: Fault, assertion: (broken: Lab) => Promise<unknown>): Promise<void> => {
  const broken = await startBrokenLab(fault);
  try {
    await expectCaught(() => assertion(broken));
  } finally {
    await broken.stop();
  }
};

const idOf = async ({ backend }: Lab, name: string): Promise<string> => {
  const row = backend.database.db.selectFrom('people').select('id').where('name', '=', name);
  return (await row.executeTakeFirstOrThrow()).id;
};

let count = 0;
/** Somebody who is enrolled, under a name of their own. */
const enrolled = (on: Lab, roles: readonly string[]): Promise<PasskeyPerson> => {
  count += 1;
  return PasskeyPerson.enrol(on, `Person ${count}`, roles);
};

interface Link {
  readonly invitationId: string;
  readonly secret: string;
  readonly name: string;
}

/** A link that an administrator makes. */
async function linkBy(administrator: PasskeyPerson, name: string): Promise<Link> {
  const secret = randomBytes(32).toString('base64url');
  const roles = ['administrator', 'owner'];
  const { json, text } = await administrator.act('invite', { name, roles, secretDigest: sha256Hex(secret) });
  if (typeof json['invitationId'] !== 'string') throw new Error(`No link: ${text}`);
  return { invitationId: json['invitationId'], secret, name };
}

/** What whoever opens a link is asked, while it is open. */
const ask = async (on: Lab, { secret }: Link): Promise<JsonObject> => {
  await on.backend.database.db.deleteFrom('limits').execute();
  return (await post(on, '/enrolment/options', { secret })).json;
};

async function answer(on: Lab, { secret }: Link, asked: JsonObject): Promise<WireReply> {
  const { challenge } = asked['publicKey'] as { challenge: string };
  const response = new SoftAuthenticator(on.backend.consoleUrl).create(challenge) as unknown as JsonObject;
  return post(on, '/enrolment', { secret, nonce: String(asked['nonce']), label: 'Phone', response });
}

const held = async ({ backend }: Lab): Promise<unknown> => ({
  people: await backend.database.db.selectFrom('people').select(['id', 'roles', 'state']).orderBy('id').execute(),
  passkeys: await backend.database.db.selectFrom('passkeys').select(['id', 'state']).orderBy('id').execute(),
});

/** Nobody gets in by it: neither who opens it now nor who had it open before; and nobody is enrolled. */
async function expectClosed(on: Lab, link: Link, opened: JsonObject): Promise<void> {
  const before = await held(on);
  expect((await ask(on, link))['code']).toBe('not_found');
  const late = await answer(on, link, opened);
  expect([late.status, late.json['code']]).toEqual([404, 'not_found']);
  expect(await held(on)).toEqual(before);
  expect(
    (await on.entries()).filter(
      ({ tool, details }) =>
        tool === 'people.enrol_passkey' && (details as JsonObject)['invitationId'] === link.invitationId,
    ),
  ).toEqual([]);
  const { json } = await on.people.owner.call('list_people', {});
  expect(JSON.stringify(json['invitations'])).not.toContain(link.invitationId);
}

type End = (on: Lab, administrator: PasskeyPerson, link: Link) => Promise<WireReply>;
const ENDS = {
  'is removed': async (on, { name }) => on.people.owner.call('remove_person', { personId: await idOf(on, name) }),
  'is no administrator any more': async (on, { name }) =>
    on.people.owner.call('change_roles', { personId: await idOf(on, name), roles: ['owner', 'reviewer'] }),
  'loses their passkey': (on, { passkey }) => on.people.owner.call('revoke_passkey', { passkeyId: passkey.id }),
} satisfies Record<string, End>;

/** A link that somebody made ends when that happens to them, with one entry that names it. */
async function endsWith(on: Lab, end: End): Promise<void> {
  const administrator = await enrolled(on, ['administrator']);
  const link = await linkBy(administrator, `Sleeper ${count}`);
  const opened = await ask(on, link);
  const before = (await on.entries()).length;
  expect((await end(on, administrator, link)).status).toBe(200);
  await expectClosed(on, link, opened);
  const entries = (await on.entries()).slice(before).filter(({ kind }) => kind === 'person' && true);
  expect(entries.slice(0, 1)).toMatchObject([
    { outcome: 'succeeded', details: { endedInvitations: [link.invitationId] } },
  ]);
}

describe('an open link', () => {
  test.each(Object.entries(ENDS))('ends when whoever made it %s [person.links]', (_what, end) => endsWith(lab, end));

  test('ends when the person that it is for is removed, or loses a passkey [person.links]', async () => {
    const administrator = await enrolled(lab, ['administrator']);
    for (const what of ['is removed', 'loses their passkey'] as const) {
      const person = await enrolled(lab, ['reviewer']);
      const link = await linkBy(administrator, person.name.toUpperCase());
      const opened = await ask(lab, link);
      expect((await ENDS[what](lab, person)).status).toBe(200);
      await expectClosed(lab, link, opened);
    }
  });

  test('of somebody else stays, as it does when roles change that do not count [person.links]', async () => {
    const administrator = await enrolled(lab, ['administrator']);
    const link = await linkBy(administrator, `Friend ${count}`);
    await ENDS['is removed'](lab, await enrolled(lab, ['administrator']));
    const personId = await idOf(lab, administrator.name);
    await lab.people.owner.call('change_roles', { personId, roles: ['administrator', 'reviewer'] });
    expect((await PasskeyPerson.accept(lab, link.name, link.secret)).cookie).not.toBe('');
  });

  /** The row is open, as if it had been written by hand or beside the change; its maker is nobody any more. */
  const isLookedThrough = async (on: Lab): Promise<void> => {
    const administrator = await enrolled(on, ['administrator']);
    const link = await linkBy(administrator, `Sleeper ${count}`);
    const opened = await ask(on, link);
    await ENDS['is removed'](on, administrator);
    await on.backend.database.db
      .updateTable('invitations')
      .set({ closed_at: null })
      .where('id', '=', link.invitationId)
      .execute();
    const before = await held(on);
    expect((await ask(on, link))['code']).toBe('not_found');
    expect((await answer(on, link, opened)).json['code']).toBe('not_found');
    expect(await held(on)).toEqual(before);
  };

  test('is worth nothing by its row alone, once its maker is removed [person.links]', () => isLookedThrough(lab));

  test(
    'a backend that does not look at who invited is caught [check.twins, person.links]',
    () =>
      expectCaughtIn(
        { module: 'backend-mock/src/people/people-repository.ts', instead: () => ({ mayInvite: () => true }) },
        isLookedThrough,
      ),
    30_000,
  );

  test(
    'a backend that leaves links open is caught [check.twins, person.links]',
    () =>
      expectCaughtIn(
        { module: REPOSITORY, instead: () => ({ closeInvitationsOf: () => Promise.resolve([]) }) },
        (broken) => endsWith(broken, ENDS['loses their passkey']),
      ),
    30_000,
  );

  const isTakenBack = async (on: Lab): Promise<void> => {
    const link = await linkBy(await enrolled(on, ['administrator']), `Guest ${count}`);
    const { invitationId } = link;
    const opened = await ask(on, link);
    const refused = await on.people.reviewer.call('revoke_invitation', { invitationId });
    expect(refused.json['code']).toBe('insufficient_scope');
    expect((await ask(on, link))['code']).toBeUndefined();
    expect((await on.people.owner.call('revoke_invitation', { invitationId })).json).toEqual({
      invitationId,
      state: 'revoked',
    });
    await expectClosed(on, link, opened);
    expect((await on.people.owner.call('revoke_invitation', { invitationId })).json['code']).toBe('not_found');
    expect(
      (await on.entries()).filter(
        ({ tool, details }) =>
          tool === 'people.revoke_invitation' && (details as JsonObject)['invitationId'] === invitationId,
      ),
    ).toMatchObject([{ outcome: 'succeeded' }]);
  };

  test('is taken back by an administrator, once, with their signature [person.links]', () => isTakenBack(lab));

  test(
    'a backend that only says so is caught [check.twins, person.links]',
    () =>
      expectCaughtIn(
        { module: REPOSITORY, instead: () => ({ closeInvitation: () => Promise.resolve(true) }) },
        isTakenBack,
      ),
    30_000,
  );
});
