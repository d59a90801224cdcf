import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { Lies } from '../../backend-mock/test/support/soft-authenticator.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { get, PasskeyPerson, post, shownOf } from '../support/passkey-person.ts';
import { expectUndecided, pendingPlan } from '../support/plans-and-people.ts';
import { entriesAbout, storedOf } from '../support/stored.ts';
import type { WireReply } from '../support/wire-client.ts';

let lab: Lab;
let owner: PasskeyPerson;
let other: PasskeyPerson;
beforeAll(async () => {
  lab = await startLab();
  owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
  other = await PasskeyPerson.enrol(lab, 'other', ['owner', 'reviewer', 'administrator']);
}, 60_000);
afterAll(() => lab?.stop());
beforeEach(() => lab.backend.database.db.deleteFrom('limits').execute());

const approval = async (on: Lab, planId: string): Promise<JsonObject> => ({
  ...(await shownOf(on, planId)),
  decision: 'approve',
});

/** Refused before anybody was known to have confirmed: counted, not written down, and nothing decided. */
async function expectUnproved(on: Lab, planId: string, make: () => Promise<WireReply>): Promise<void> {
  const before = await entriesAbout(on, planId);
  const reply = await make();
  expect({ status: reply.status, code: reply.json['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
  expect(await entriesAbout(on, planId)).toEqual(before);
  await expectUndecided(on, planId);
}

describe('an act in the console', () => {
  test('an assertion approves one plan, and is kept [person.fresh-assertion]', async () => {
    const planId = await pendingPlan(lab);
    const reply = await owner.decide('approve', planId);
    expect(reply).toMatchObject({ status: 200, json: { status: 'released' } });
    const { db } = lab.backend.database;
    const stored = await db.selectFrom('approvals').selectAll().where('plan_id', '=', planId).executeTakeFirstOrThrow();
    expect([stored.assurance, stored.keyid]).toEqual(['passkey', owner.passkey.id]);
    const act = await db.selectFrom('person_acts').selectAll().orderBy('created_at', 'desc').executeTakeFirstOrThrow();
    expect([act.action, act.evidence]).toEqual(['approve', stored.evidence]);
    expect((await entriesAbout(lab, planId)).at(-1)).toMatchObject({
      tool: 'people.approve',
      kind: 'person',
      keyid: owner.passkey.id,
      details: { assurance: 'passkey' },
    });
    const committed = await lab.wire.call('/v1/blog/commit_publish_draft', { planId });
    expect(committed.status).toBe(200);
  });

  const lied = async (on: Lab, by: PasskeyPerson, lies: Lies): Promise<void> => {
    const planId = await pendingPlan(on);
    const asked = await by.ask('approve', await approval(on, planId));
    await expectUnproved(on, planId, () => by.answer(asked, lies));
  };

  test.each<[string, Lies]>([
    ['of another origin', { origin: 'http://localhost:4999' }],
    ['of a foreign site', { origin: 'https://approve.example', rpId: 'approve.example' }],
    ['of another relying party', { rpId: 'approve.example' }],
    ['that did not ask for its person', { userVerified: false }],
    ['that nobody touched', { userPresent: false }],
    ['whose counter does not go on', { counter: 1 }],
    ['that is a registration', { type: 'webauthn.create' }],
  ])('an assertion %s approves nothing [person.fresh-assertion, person.passkey]', (_what, lies) =>
    lied(lab, owner, lies),
  );

  test("another person's assertion approves nothing, whoever's session it comes in [person.fresh-assertion]", async () => {
    const planId = await pendingPlan(lab);
    const asked = await owner.ask('approve', await approval(lab, planId));
    const response = other.passkey.get(asked.challenge) as unknown as JsonObject;
    const { action, arguments: args, nonce } = asked;
    const body = { action, arguments: args, nonce, response };
    await expectUnproved(lab, planId, () => owner.send(body));
    await expectUnproved(lab, planId, () => other.send(body));
  });

  test('an assertion for one thing does nothing else [person.fresh-assertion]', async () => {
    const planId = await pendingPlan(lab);
    const wanted = await approval(lab, planId);
    const asked = await owner.ask('approve', wanted);
    const instead: readonly JsonObject[] = [
      { action: 'reject', arguments: { ...wanted, decision: 'reject' } },
      { action: 'approve_and_apply', arguments: wanted },
      { action: 'approve', arguments: { ...wanted, reason: 'said otherwise' } },
      { action: 'suspend', arguments: { kind: 'everything', target: '' } },
      { action: 'invite', arguments: { name: 'x', roles: ['owner'], secretDigest: '0'.repeat(64) } },
    ];
    for (const altered of instead) {
      const response = owner.passkey.get(asked.challenge) as unknown as JsonObject;
      await expectUnproved(lab, planId, () => owner.send({ ...altered, nonce: asked.nonce, response }));
    }
    const rejecting = await owner.ask('reject', { ...wanted, decision: 'reject' });
    const response = owner.passkey.get(rejecting.challenge) as unknown as JsonObject;
    await expectUnproved(lab, planId, () =>
      owner.send({ action: 'approve', arguments: wanted, nonce: rejecting.nonce, response }),
    );
  });

  test('an assertion to sign in approves nothing [person.fresh-assertion]', async () => {
    const planId = await pendingPlan(lab);
    const { json } = await post(lab, '/session/options', {});
    const challenge = String((json['publicKey'] as JsonObject)['challenge']);
    const response = owner.passkey.get(challenge) as unknown as JsonObject;
    const body = {
      action: 'approve',
      arguments: await approval(lab, planId),
      nonce: String(json['nonce']),
      response,
    };
    await expectUnproved(lab, planId, () => owner.send(body));
  });

  /** A confirmation that is known but used up, or too old: one entry, and nothing more is decided. */
  const expectReplayed = async (on: Lab, planId: string, make: () => Promise<WireReply>): Promise<void> => {
    const before = [await entriesAbout(on, planId), await storedOf(on, planId)] as const;
    const reply = await make();
    expect(reply.json['code']).toBe('replayed');
    expect((await entriesAbout(on, planId)).slice(before[0].length)).toMatchObject([
      { auditId: reply.json['auditId'], tool: 'people.approve', outcome: 'refused', code: 'replayed' },
    ]);
    expect(await storedOf(on, planId)).toEqual(before[1]);
  };

  const replay = async (on: Lab, by: PasskeyPerson): Promise<void> => {
    const planId = await pendingPlan(on);
    const asked = await by.ask('approve', await approval(on, planId));
    expect((await by.answer(asked)).status).toBe(200);
    await expectReplayed(on, planId, () => by.answer(asked));
  };

  test('a nonce is used once [person.fresh-assertion, repeat.replayed]', () => replay(lab, owner));

  test('the same assertion again, byte for byte, does nothing [person.fresh-assertion]', async () => {
    const planId = await pendingPlan(lab);
    const { action, arguments: args, nonce, challenge } = await owner.ask('approve', await approval(lab, planId));
    const response = owner.passkey.get(challenge) as unknown as JsonObject;
    const body = { action, arguments: args, nonce, response };
    expect((await owner.send(body)).status).toBe(200);
    const stored = await storedOf(lab, planId);
    expect((await owner.send(body)).status).toBe(401);
    expect(await storedOf(lab, planId)).toEqual(stored);
  });

  test('of ten that race with one assertion, one counts [person.fresh-assertion]', async () => {
    const planId = await pendingPlan(lab);
    const { action, arguments: args, nonce, challenge } = await owner.ask('approve', await approval(lab, planId));
    const response = owner.passkey.get(challenge) as unknown as JsonObject;
    const body = { action, arguments: args, nonce, response };
    const replies = await Promise.all(Array.from({ length: 10 }, () => owner.send(body)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await storedOf(lab, planId)).approvals).toBe(1);
  });

  test('a challenge that is too old approves nothing [person.fresh-assertion]', async () => {
    const planId = await pendingPlan(lab);
    const asked = await owner.ask('approve', await approval(lab, planId));
    await lab.backend.database.db.updateTable('challenges').set({ expires_at: 1 }).execute();
    await expectReplayed(lab, planId, () => owner.answer(asked));
    await expectUndecided(lab, planId);
  });

  test('a backend that forgets what it asked for is caught [check.twins, repeat.replayed]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/people/passkeys/challenges-repository.ts',
      instead: () => ({
        takeChallenge: async (tx: Lab['backend']['database']['db'], nonce: string) =>
          tx.selectFrom('challenges').selectAll().where('nonce', '=', nonce).executeTakeFirst(),
      }),
    });
    try {
      const person = await PasskeyPerson.enrol(broken, 'owner', ['owner']);
      await expectCaught(() => replay(broken, person));
    } finally {
      await broken.stop();
    }
  }, 30_000);

  test('a backend that believes any assertion is caught [check.twins, person.fresh-assertion]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/people/passkeys/passkey-evidence.ts',
      instead: () => ({
        verifyAssertion: (_response: unknown, _challenge: string, _origin: string, key: { counter: number }) =>
          Promise.resolve(key.counter + 1),
      }),
    });
    try {
      const person = await PasskeyPerson.enrol(broken, 'owner', ['owner']);
      // All else of an assertion is judged a second time, on what will be stored.
      await expectCaught(() => lied(broken, person, { counter: 1 }));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('a stolen cookie [person.stolen-cookie]', () => {
  test('reads, and decides nothing', async () => {
    const planId = await pendingPlan(lab);
    expect((await get(lab, '/waiting', [['cookie', owner.cookie]])).status).toBe(200);
    const asked = await owner.ask('approve', await approval(lab, planId));
    for (const response of [null, {}, { id: owner.passkey.id, rawId: owner.passkey.id, type: 'public-key' }]) {
      const { action, arguments: args, nonce } = asked;
      const reply = await owner.send({ action, arguments: args, nonce, response });
      expect(reply).toMatchObject({ status: 422, json: { code: 'invalid_arguments' } });
    }
    await expectUndecided(lab, planId);
  });

  test('is worth nothing without the token of the page, or from another page', async () => {
    const planId = await pendingPlan(lab);
    const body = { action: 'approve', arguments: await approval(lab, planId) };
    const cookie: [string, string] = ['cookie', owner.cookie];
    expect((await post(lab, '/acts/options', body, [cookie])).status).toBe(401);
    expect((await post(lab, '/acts/options', body, [cookie, ['x-csrf-token', other.csrf]])).status).toBe(401);
    const cross: [string, string] = ['sec-fetch-site', 'cross-site'];
    expect((await post(lab, '/acts/options', body, [...owner.browser, cross])).status).toBe(400);
  });

  test('ends with its passkey, and with its person [person.revoked]', async () => {
    const temporary = await PasskeyPerson.enrol(lab, 'temporary', ['reviewer']);
    await lab.people.owner.call('revoke_passkey', { passkeyId: temporary.passkey.id });
    const body = { action: 'suspend', arguments: { kind: 'everything', target: '' } };
    expect((await post(lab, '/acts/options', body, temporary.browser)).status).toBe(401);
    await expect(temporary.signIn()).rejects.toThrow('401');
    expect((await get(lab, '/waiting', temporary.browser)).status).toBe(303);
  });
});
