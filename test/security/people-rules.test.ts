import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApprovalLevel, JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { PasskeyPerson, shownOf } from '../support/passkey-person.ts';
import { expectRefused, expectUndecided, pendingPlan } from '../support/plans-and-people.ts';
import { entriesAbout, storedOf } from '../support/stored.ts';
import type { WireReply } from '../support/wire-client.ts';

const COMMIT = '/v1/blog/commit_publish_draft';

let lab: Lab;
let owner: PasskeyPerson;
let ann: PasskeyPerson;
let bob: PasskeyPerson;
beforeAll(async () => {
  lab = await startLab();
  owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
  ann = await PasskeyPerson.enrol(lab, 'Ann', ['reviewer', 'owner']);
  bob = await PasskeyPerson.enrol(lab, 'Bob', ['reviewer']);
}, 60_000);
afterAll(() => lab?.stop());
beforeEach(() => lab.backend.database.db.deleteFrom('limits').execute());

/** A plan that waits for more than its owner, as a stricter policy would have it. */
async function planAt(on: Lab, level: ApprovalLevel): Promise<string> {
  const planId = await pendingPlan(on);
  const { db } = on.backend.database;
  const plan = await db.selectFrom('plans').select('decision').where('id', '=', planId).executeTakeFirstOrThrow();
  const decision = JSON.stringify({ ...(JSON.parse(plan.decision) as JsonObject), approval: level });
  await db.updateTable('plans').set({ decision }).where('id', '=', planId).execute();
  return planId;
}

const idOf = async (on: Lab, name: string): Promise<string> => {
  const { json } = await on.people.owner.call('list_people', {});
  const people = json['people'] as JsonObject[];
  return String(people.find((person) => person['name'] === name)?.['personId']);
};

const approvalOf = async (planId: string): Promise<JsonObject> => ({
  ...(await shownOf(lab, planId)),
  decision: 'approve',
});

/** The agent's commit does nothing, and says that a person is missing. */
async function expectNotReleased(on: Lab, planId: string): Promise<void> {
  expect((await on.wire.call(COMMIT, { planId })).json['code']).toBe('approval_required');
  expect(await storedOf(on, planId)).toMatchObject({ receipt: null, articles: 0, effects: 0 });
}

describe('who approves what', () => {
  test("an owner's approval comes from that plan's owner [approval.owner, person.four-eyes]", async () => {
    const planId = await planAt(lab, 'owner');
    await expectRefused(lab, planId, () => ann.decide('approve', planId), 'insufficient_scope');
    expect((await owner.decide('approve', planId)).json['status']).toBe('released');
  });

  test.each(['reviewer', 'two_reviewers'] as const)(
    'the owner of a plan is not its %s, whatever their roles [person.four-eyes]',
    async (level) => {
      const personId = await idOf(lab, 'owner');
      await lab.people.owner.call('change_roles', { personId, roles: ['owner', 'administrator', 'reviewer'] });
      const planId = await planAt(lab, level);
      await expectRefused(lab, planId, () => owner.decide('approve', planId), 'insufficient_scope');
    },
  );

  test("a reviewer's approval releases a plan, and the agent commits it once [person.four-eyes]", async () => {
    const planId = await planAt(lab, 'reviewer');
    expect((await ann.decide('approve', planId)).json['status']).toBe('released');
    expect((await lab.wire.call(COMMIT, { planId })).json).toMatchObject({ repeated: false });
    expect(await storedOf(lab, planId)).toMatchObject({ state: 'committed', articles: 1, effects: 1, approvals: 1 });
  });

  /** The first approval of two stands alone, however it is repeated by somebody who is the same person. */
  const expectStillOne = async (on: Lab, one: PasskeyPerson, same: PasskeyPerson): Promise<void> => {
    const planId = await planAt(on, 'two_reviewers');
    expect((await one.decide('approve', planId)).json['status']).toBe('pending_approval');
    const before = await entriesAbout(on, planId);
    const again = await same.decide('approve', planId);
    expect(again.json['code']).toBe('plan_stale');
    expect((await entriesAbout(on, planId)).slice(before.length)).toMatchObject([
      { auditId: again.json['auditId'], outcome: 'refused', code: 'plan_stale' },
    ]);
    expect(await storedOf(on, planId)).toMatchObject({ state: 'pending_approval', approvals: 1 });
    await expectNotReleased(on, planId);
  };

  test.each(['Ann', 'ANN', 'Аnn', 'Ánn', 'Ａｎｎ'])(
    'two reviewers are two people: one who was enrolled again as "%s" is one [person.one-identity, person.four-eyes]',
    async (name) => expectStillOne(lab, ann, await PasskeyPerson.enrol(lab, name, ['reviewer'])),
  );

  test('two people release it [person.four-eyes]', async () => {
    const planId = await planAt(lab, 'two_reviewers');
    await ann.decide('approve', planId);
    expect((await bob.decide('approve', planId)).json['status']).toBe('released');
    expect((await lab.wire.call(COMMIT, { planId })).status).toBe(200);
  });

  test('a backend for which a spelling makes a person is caught [check.twins, person.one-identity]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/people/fold-name.ts',
      instead: () => ({ foldName: (name: string) => name }),
    });
    try {
      const one = await PasskeyPerson.enrol(broken, 'Ann', ['reviewer']);
      const same = await PasskeyPerson.enrol(broken, 'ANN', ['reviewer']);
      await expectCaught(() => expectStillOne(broken, one, same));
    } finally {
      await broken.stop();
    }
  }, 30_000);

  test('a backend for which one of two is enough is caught [check.twins, person.four-eyes]', async () => {
    const broken = await startBrokenLab({
      module: 'backend-mock/src/approvals/approval-rules.ts',
      instead: () => ({ quorum: () => 1 }),
    });
    try {
      const one = await PasskeyPerson.enrol(broken, 'Ann', ['reviewer']);
      await expectCaught(() => expectStillOne(broken, one, one));
    } finally {
      await broken.stop();
    }
  }, 30_000);
});

describe('how long an approval counts', () => {
  test.each<[string, (person: PasskeyPerson) => Promise<WireReply>]>([
    ['removed', async ({ name }) => lab.people.owner.call('remove_person', { personId: await idOf(lab, name) })],
    ['without their passkey', ({ passkey }) => lab.people.owner.call('revoke_passkey', { passkeyId: passkey.id })],
    [
      'without the role',
      async ({ name }) =>
        lab.people.owner.call('change_roles', { personId: await idOf(lab, name), roles: ['support-lead'] }),
    ],
  ])('not when its person is %s before the commit [person.revoked]', async (what, change) => {
    const reviewer = await PasskeyPerson.enrol(lab, `reviewer ${what}`, ['reviewer']);
    const planId = await planAt(lab, 'reviewer');
    expect((await reviewer.decide('approve', planId)).json['status']).toBe('released');
    expect((await change(reviewer)).status).toBe(200);
    await expectNotReleased(lab, planId);
  });

  test('not beyond the life of its plan, and none is given then [plan.expiry]', async () => {
    const planId = await pendingPlan(lab);
    const asked = await owner.ask('approve', await approvalOf(planId));
    const { db } = lab.backend.database;
    await db.updateTable('plans').set({ expires_at: 1 }).where('id', '=', planId).execute();
    const before = await entriesAbout(lab, planId);
    const reply = await owner.answer(asked);
    expect(['plan_expired', 'plan_stale']).toContain(reply.json['code']);
    expect((await entriesAbout(lab, planId)).slice(before.length)).toMatchObject([{ outcome: 'refused' }]);
    expect(await storedOf(lab, planId)).toMatchObject({ approvals: 0, effects: 0, receipt: null });
  });

  test('not for what differs from what was shown: it is void [approval.bound]', async () => {
    const planId = await pendingPlan(lab);
    const shown = { ...(await approvalOf(planId)), shownDigest: `sha-256:${'0'.repeat(64)}` };
    await expectRefused(lab, planId, () => owner.act('approve', shown), 'plan_stale');
  });

  test("a rejection's reason reaches the agent [approval.rejected]", async () => {
    const planId = await pendingPlan(lab);
    const reason = 'The second paragraph names a customer.';
    expect((await owner.decide('reject', planId, reason)).json['status']).toBe('rejected');
    const { json } = await lab.wire.call(COMMIT, { planId });
    expect(json['code']).toBe('approval_rejected');
    expect(json['detail']).toContain(reason);
    expect(await storedOf(lab, planId)).toMatchObject({ receipt: null, articles: 0, effects: 0 });
    expect((await owner.decide('approve', planId)).json['code']).toBe('plan_stale');
  });
});

test('whoever may decide nothing at all is refused, on record [approval.person]', async () => {
  const lead = await PasskeyPerson.enrol(lab, 'keeper', ['administrator']);
  const planId = await pendingPlan(lab);
  for (const action of ['approve', 'approve_and_apply', 'reject'] as const) {
    await expectRefused(lab, planId, () => lead.decide(action, planId), 'insufficient_scope');
  }
  await expectUndecided(lab, planId);
});
