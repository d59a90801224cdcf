import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import type { DecisionBody, JsonObject } from '@narrow-deputies/contracts';
import { ApprovalsService } from '../../src/approvals/approvals.service.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { insertInvitation } from '../../src/people/invitations/invitations-repository.ts';
import { actText, challengeOf, type Act } from '../../src/people/passkeys/act.ts';
import type { PasskeyEvidence } from '../../src/people/passkeys/passkey-evidence.ts';
import { insertPasskey } from '../../src/people/passkeys/passkeys-repository.ts';
import { insertPerson, insertPersonKey, setRoles, type Person } from '../../src/people/people-repository.ts';
import type { Plan } from '../../src/plans/plan.ts';
import { findPlan, insertPlan } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { decisionOn, makeSigner, signEvidence } from '../support/evidence.ts';
import { makePerson, makePlan, NOON, OWNER } from '../support/rows.ts';
import { SoftAuthenticator, type Lies } from '../support/soft-authenticator.ts';

const ORIGIN = 'https://approve.example.com';
const SETTINGS = new Settings('production');
SETTINGS.publish({ backendUrl: 'http://127.0.0.1:4180', consoleUrl: ORIGIN });

const ANN = makePerson('ann', ['reviewer']);
const BOB = makePerson('bob', ['reviewer']);

const planFor = (approval: Plan['decision']['approval'], overrides: Partial<Plan> = {}): Plan => {
  const plan = makePlan({ environment: 'production', ...overrides });
  return { ...plan, decision: { ...plan.decision, approval } };
};

/** What a person's browser sends, and what is kept of it; `says` is what the act says otherwise. */
function evidenceOf(
  passkey: SoftAuthenticator,
  person: Person,
  body: DecisionBody,
  says: Partial<Act> = {},
  lies: Lies = {},
): PasskeyEvidence {
  const act = actText({
    environment: 'production',
    action: body.decision,
    arguments: { ...body } as JsonObject,
    person: person.id,
    nonce: randomBytes(32).toString('base64url'),
    ...says,
  });
  const { id, response } = passkey.get(challengeOf(act), lies);
  const { clientDataJSON, authenticatorData, signature } = response;
  return { act, credentialId: id, clientDataJSON, authenticatorData, signature };
}

export function passkeyApprovalsSuite(stores: Stores): void {
  const service = new ApprovalsService(SETTINGS);
  let store: Database;
  let passkeys: Map<string, SoftAuthenticator>;
  const passkeyOf = (person: Person): SoftAuthenticator => {
    const passkey = passkeys.get(person.id);
    if (!passkey) throw new Error(`${person.name} has no passkey.`);
    return passkey;
  };
  const enrol = async (person: Person): Promise<SoftAuthenticator> => {
    const passkey = new SoftAuthenticator(ORIGIN);
    const { id, publicKey } = passkey;
    await store.transaction(async (tx) => {
      await insertInvitation(tx, {
        id,
        secretDigest: id,
        name: person.name,
        roles: person.roles,
        invitedBy: null,
        createdAt: NOON,
        expiresAt: NOON,
        usedAt: null,
      });
      await insertPasskey(tx, {
        id,
        personId: person.id,
        publicKey,
        counter: 0,
        transports: [],
        label: 'Phone',
        invitationId: id,
        state: 'active',
        createdAt: NOON,
        lastUsedAt: null,
      });
    });
    return passkey;
  };
  beforeEach(async () => {
    store = await stores.fresh();
    passkeys = new Map();
    for (const person of [OWNER, ANN, BOB]) {
      await store.transaction((tx) => insertPerson(tx, person, NOON));
      passkeys.set(person.id, await enrol(person));
    }
  });

  const insert = async (plan: Plan): Promise<Plan> => {
    await store.transaction((tx) => insertPlan(tx, plan, []));
    return plan;
  };
  const decide = (
    person: Person,
    body: DecisionBody,
    evidence = evidenceOf(passkeyOf(person), person, body),
    now = NOON,
  ): ReturnType<ApprovalsService['decide']> => {
    const credential = {
      keyid: evidence.credentialId,
      personId: person.id,
      assurance: 'passkey',
      state: 'active',
    } as const;
    return store.transaction((tx) => service.decide(tx, now, body, { person, credential, evidence }));
  };
  const verified = (plan: Plan): ReturnType<ApprovalsService['verified']> =>
    store.transaction((tx) => service.verified(tx, plan, plan.decision));
  const stateOf = async (plan: Plan): Promise<string | undefined> =>
    (await store.transaction((tx) => findPlan(tx, plan.id)))?.state;

  test('an assertion releases a plan, is kept whole and holds when it is verified again', async () => {
    const plan = await insert(planFor('owner'));
    const evidence = evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan));
    const { plan: moved, approvalId } = await decide(OWNER, decisionOn(plan), evidence);
    expect(moved.state).toBe('released');
    expect(await verified(plan)).toEqual({ satisfied: true, ids: [approvalId] });
    const row = await store.db.selectFrom('approvals').selectAll().executeTakeFirstOrThrow();
    expect([row.assurance, JSON.parse(row.evidence)]).toEqual(['passkey', evidence]);
  });

  test('a rejection with its reason ends a plan [approval.rejected]', async () => {
    const plan = await insert(planFor('owner'));
    const body = { ...decisionOn(plan, 'reject'), reason: 'Not before Monday.' };
    expect((await decide(OWNER, body)).plan.state).toBe('rejected');
    expect(await store.transaction((tx) => service.rejectionReason(tx, plan.id))).toBe('Not before Monday.');
  });

  test('the owner of a plan does not review it, however many roles they have [person.four-eyes]', async () => {
    await store.transaction((tx) => setRoles(tx, OWNER.id, ['owner', 'reviewer', 'administrator']));
    const owner: Person = { ...OWNER, roles: ['owner', 'reviewer', 'administrator'] };
    for (const level of ['reviewer', 'two_reviewers'] as const) {
      const plan = await insert(planFor(level));
      await expect(decide(owner, decisionOn(plan))).rejects.toMatchObject({ code: 'insufficient_scope' });
      expect(await stateOf(plan)).toBe('pending_approval');
    }
  });

  test('one person with two passkeys counts once [person.one-identity, person.four-eyes]', async () => {
    const plan = await insert(planFor('two_reviewers'));
    const second = await enrol(ANN);
    await decide(ANN, decisionOn(plan));
    const again = evidenceOf(second, ANN, decisionOn(plan));
    await expect(decide(ANN, decisionOn(plan), again)).rejects.toMatchObject({ code: 'plan_stale' });
    const row = await store.db.selectFrom('approvals').selectAll().executeTakeFirstOrThrow();
    await store.db
      .insertInto('approvals')
      .values({ ...row, id: 'copy', person_id: BOB.id, keyid: second.id, evidence: JSON.stringify(again) })
      .execute();
    expect((await verified(plan)).satisfied).toBe(false);
    expect(await stateOf(plan)).toBe('pending_approval');
  });

  test('two people with a passkey each release a plan for two [person.four-eyes]', async () => {
    const plan = await insert(planFor('two_reviewers'));
    expect((await decide(ANN, decisionOn(plan))).plan.state).toBe('pending_approval');
    expect((await decide(BOB, decisionOn(plan))).plan.state).toBe('released');
    expect((await verified(plan)).satisfied).toBe(true);
  });

  test('nothing is decided once a plan has expired [plan.expiry]', async () => {
    const plan = await insert(planFor('owner'));
    const evidence = evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan));
    await expect(decide(OWNER, decisionOn(plan), evidence, plan.expiresAt)).rejects.toMatchObject({
      code: 'plan_expired',
    });
  });

  test.each<[string, (plan: Plan) => PasskeyEvidence]>([
    ['rejects', (plan) => evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan), { action: 'reject' })],
    ['is another act', (plan) => evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan), { action: 'invite' })],
    [
      'is of another environment',
      (plan) => evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan), { environment: 'staging' }),
    ],
    ['is of another person', (plan) => evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan), { person: ANN.id })],
    ['is over another plan', () => evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(makePlan()))],
    [
      'is over another preview',
      (plan) => evidenceOf(passkeyOf(OWNER), OWNER, { ...decisionOn(plan), shownDigest: `sha-256:${'0'.repeat(64)}` }),
    ],
    [
      'comes from another site',
      (plan) =>
        evidenceOf(
          passkeyOf(OWNER),
          OWNER,
          decisionOn(plan),
          {},
          { origin: 'https://elsewhere.example', rpId: 'elsewhere.example' },
        ),
    ],
    ['asked nobody', (plan) => evidenceOf(passkeyOf(OWNER), OWNER, decisionOn(plan), {}, { userVerified: false })],
    [
      'another passkey made',
      (plan) => ({ ...evidenceOf(passkeyOf(ANN), OWNER, decisionOn(plan)), credentialId: passkeyOf(OWNER).id }),
    ],
  ])('a stored assertion that %s does not count', async (_what, make) => {
    const plan = await insert(planFor('owner'));
    expect((await decide(OWNER, decisionOn(plan), make(plan))).plan.state).toBe('pending_approval');
    expect(await verified(plan)).toEqual({ satisfied: false, ids: [] });
  });

  test.each<[string, (person: Person) => Promise<unknown>]>([
    [
      'removed',
      (person) => store.db.updateTable('people').set({ state: 'removed' }).where('id', '=', person.id).execute(),
    ],
    ['without the role', (person) => store.transaction((tx) => setRoles(tx, person.id, ['support-lead']))],
    ['without their passkey', () => store.db.updateTable('passkeys').set({ state: 'revoked' }).execute()],
  ])('an approval stops counting when its person is %s [approval.reverified]', async (_what, change) => {
    const plan = await insert(planFor('reviewer'));
    await decide(ANN, decisionOn(plan));
    expect((await verified(plan)).satisfied).toBe(true);
    await change(ANN);
    expect((await verified(plan)).satisfied).toBe(false);
  });

  test('an approval stops counting when its passkey is moved to somebody else [approval.reverified]', async () => {
    const plan = await insert(planFor('reviewer'));
    await decide(ANN, decisionOn(plan));
    await store.db.updateTable('passkeys').set({ person_id: BOB.id }).where('id', '=', passkeyOf(ANN).id).execute();
    expect((await verified(plan)).satisfied).toBe(false);
  });

  test('a key of the command line counts for nothing here [person.environments]', async () => {
    const plan = await insert(planFor('owner'));
    const signer = makeSigner(OWNER.id);
    await store.transaction((tx) => insertPersonKey(tx, signer.key, NOON));
    const body = decisionOn(plan);
    const by = { person: OWNER, credential: signer.key, evidence: signEvidence(signer, body) };
    const { plan: moved } = await store.transaction((tx) => service.decide(tx, NOON, body, by));
    expect(moved.state).toBe('pending_approval');
    expect((await verified(plan)).satisfied).toBe(false);
    const inDevelopment = new Settings('development');
    inDevelopment.publish({ backendUrl: 'http://127.0.0.1:4180', consoleUrl: 'http://localhost:4181' });
    const there = await store.transaction((tx) =>
      new ApprovalsService(inDevelopment).verified(tx, plan, plan.decision),
    );
    expect(there.satisfied).toBe(true);
  });
}
