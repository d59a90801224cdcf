import { beforeEach, expect, test } from '@jest/globals';
import type { DecisionBody } from '@narrow-deputies/contracts';
import { ApprovalsService } from '../../src/approvals/approvals.service.ts';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import { insertPerson, insertPersonKey, type Person } from '../../src/people/people-repository.ts';
import type { Plan } from '../../src/plans/plan.ts';
import { findPlan, insertPlan } from '../../src/plans/plans-repository.ts';
import type { Stores } from '../support/engines.ts';
import { decisionOn, makeSigner, signEvidence } from '../support/evidence.ts';
import { makePerson, makePlan, NOON, OWNER } from '../support/rows.ts';

const SETTINGS = new Settings('development');
SETTINGS.publish({ backendUrl: 'http://127.0.0.1:4180', consoleUrl: 'http://localhost:4181' });

const ANN = makePerson('ann', ['reviewer']);
const BOB = makePerson('bob', ['reviewer']);
const PEOPLE = [OWNER, ANN, BOB];
const SIGNERS = new Map(PEOPLE.map(({ id }) => [id, makeSigner(id)]));
const signerOf = (person: Person): ReturnType<typeof makeSigner> => SIGNERS.get(person.id) ?? makeSigner(person.id);
const planFor = (approval: Plan['decision']['approval'], overrides: Partial<Plan> = {}): Plan => {
  const plan = makePlan(overrides);
  return { ...plan, decision: { ...plan.decision, approval } };
};

export function decisionsSuite(stores: Stores): void {
  const service = new ApprovalsService(SETTINGS);
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(async (tx) => {
      for (const person of PEOPLE) {
        await insertPerson(tx, person, NOON);
        await insertPersonKey(tx, signerOf(person).key, NOON);
      }
    });
  });
  const insert = (plan: Plan): Promise<void> => store.transaction((tx) => insertPlan(tx, plan, []));
  const decide = (
    person: Person,
    body: DecisionBody,
    now = NOON,
    evidence = signEvidence(signerOf(person), body),
  ): ReturnType<ApprovalsService['decide']> =>
    store.transaction((tx) => service.decide(tx, now, body, { person, credential: signerOf(person).key, evidence }));
  const verified = (plan: Plan, approval = plan.decision.approval): ReturnType<ApprovalsService['verified']> =>
    store.transaction((tx) => service.verified(tx, plan, { ...plan.decision, approval }));
  const stateOf = async (plan: Plan): Promise<string | undefined> =>
    (await store.transaction((tx) => findPlan(tx, plan.id)))?.state;

  test("the owner's approval releases a plan and holds when it is verified again", async () => {
    const plan = planFor('owner');
    await insert(plan);
    const { plan: moved, approvalId } = await decide(OWNER, decisionOn(plan));
    expect(moved.state).toBe('released');
    expect(await verified(plan)).toEqual({ satisfied: true, ids: [approvalId] });
  });

  test("a rejection ends a plan, and its person's reason is kept", async () => {
    const plan = planFor('owner');
    await insert(plan);
    const { plan: moved } = await decide(OWNER, { ...decisionOn(plan, 'reject'), reason: 'Not today.' });
    expect(moved.state).toBe('rejected');
    expect(await verified(plan)).toEqual({ satisfied: false, ids: [] });
    expect(await store.transaction((tx) => service.rejectionReason(tx, plan.id))).toBe('Not today.');
  });

  test('a plan for two reviewers waits for the second one', async () => {
    const plan = planFor('two_reviewers');
    await insert(plan);
    expect((await decide(ANN, decisionOn(plan))).plan.state).toBe('pending_approval');
    await expect(decide(ANN, decisionOn(plan))).rejects.toMatchObject({ code: 'plan_stale' });
    expect((await verified(plan)).satisfied).toBe(false);
    expect((await decide(BOB, decisionOn(plan))).plan.state).toBe('released');
    expect((await verified(plan)).satisfied).toBe(true);
  });

  test('who may not decide at the level of a plan changes nothing', async () => {
    const plan = planFor('reviewer');
    await insert(plan);
    await expect(decide(OWNER, decisionOn(plan))).rejects.toMatchObject({ code: 'insufficient_scope' });
    expect(await stateOf(plan)).toBe('pending_approval');
    expect((await verified(plan)).ids).toEqual([]);
  });

  test('what was shown has to be the plan', async () => {
    const plan = planFor('owner');
    await insert(plan);
    const otherDigest = `sha-256:${'0'.repeat(64)}`;
    for (const differs of [{ planDigest: otherDigest }, { shownDigest: otherDigest }]) {
      await expect(decide(OWNER, { ...decisionOn(plan), ...differs })).rejects.toMatchObject({ code: 'plan_stale' });
    }
    expect(await stateOf(plan)).toBe('pending_approval');
  });

  test('an unknown, expired or decided plan cannot be decided', async () => {
    await expect(decide(OWNER, decisionOn(makePlan()))).rejects.toMatchObject({ code: 'not_found' });
    const plan = planFor('owner');
    await insert(plan);
    await expect(decide(OWNER, decisionOn(plan), plan.expiresAt)).rejects.toMatchObject({ code: 'plan_expired' });
    const released = planFor('owner', { state: 'released' });
    await insert(released);
    await expect(decide(OWNER, decisionOn(released))).rejects.toMatchObject({ code: 'plan_stale' });
  });

  test('an approval that was written into the store without the signature of its person does not count', async () => {
    const plan = planFor('owner');
    await insert(plan);
    const forged = signEvidence(makeSigner(OWNER.id), decisionOn(plan));
    expect((await decide(OWNER, decisionOn(plan), NOON, forged)).plan.state).toBe('pending_approval');
    expect(await verified(plan)).toEqual({ satisfied: false, ids: [] });
  });

  test('an approval does not count for another plan that it was moved to', async () => {
    const plan = planFor('owner');
    const other = planFor('owner');
    await insert(plan);
    await insert(other);
    await decide(OWNER, decisionOn(plan));
    await store.db.updateTable('approvals').set({ plan_id: other.id }).execute();
    expect((await verified(other)).satisfied).toBe(false);
  });

  test.each([
    ['key was revoked', 'person_keys', 'revoked'],
    ['person was removed', 'people', 'removed'],
  ] as const)('an approval stops counting when its %s', async (_what, table, state) => {
    const plan = planFor('owner');
    await insert(plan);
    await decide(OWNER, decisionOn(plan));
    await store.db.updateTable(table).set({ state }).execute();
    expect((await verified(plan)).satisfied).toBe(false);
  });

  test('an approval at one level does not satisfy a stricter one', async () => {
    const plan = planFor('owner');
    await insert(plan);
    await decide(OWNER, decisionOn(plan));
    expect((await verified(plan, 'reviewer')).satisfied).toBe(false);
  });

  test('one approval copied under a second person counts once', async () => {
    const plan = planFor('two_reviewers');
    await insert(plan);
    await decide(ANN, decisionOn(plan));
    const row = await store.db.selectFrom('approvals').selectAll().executeTakeFirstOrThrow();
    await store.db
      .insertInto('approvals')
      .values({ ...row, id: 'copy', person_id: BOB.id })
      .execute();
    expect((await verified(plan)).satisfied).toBe(false);
  });
}
