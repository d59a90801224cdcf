import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectCaught, type Fault } from '../support/broken.ts';
import {
  expectNothingCommitted,
  expectRecorded,
  PAIRS,
  startPlaces,
  stopPlaces,
  withBroken,
  type Place,
  type Places,
} from '../support/environments.ts';
import { plantApprovals, plantPlan, type AlteredPlan } from '../support/planted-rows.ts';
import { pendingPlan } from '../support/plans-and-people.ts';
import { approvalOf, deciderOf, populate } from '../support/same-people.ts';
import { storedOf } from '../support/stored.ts';
import type { WireReply } from '../support/wire-client.ts';

const COMMIT = '/v1/blog/commit_publish_draft';

let places: Places;
beforeAll(async () => {
  places = await startPlaces();
  for (const place of Object.values(places)) await populate(place);
}, 60_000);
afterAll(() => stopPlaces(places));
/** Quotas are no subject here. */
beforeEach(async () => {
  for (const { lab } of Object.values(places)) await lab.backend.database.db.deleteFrom('limits').execute();
});

/** A copy of a plan that the other environment's own client of the same name tries to commit. */
async function plantedPlan(from: Place, to: Place, altered: AlteredPlan, status: number, code: string): Promise<void> {
  const planId = await pendingPlan(from.lab);
  await plantPlan(from.lab, to.lab, planId, altered);
  const before = await storedOf(to.lab, planId);
  await expectNothingCommitted(to, planId, status, code);
  expect(await storedOf(to.lab, planId)).toEqual(before);
}

/** A plan with its genuine approval, both copied. */
async function plantedDecision(
  from: Place,
  to: Place,
  altered: AlteredPlan,
  status: number,
  code: string,
): Promise<void> {
  const planId = await pendingPlan(from.lab);
  const person = await deciderOf(from, planId);
  expect((await person.at(from).act('approve', await approvalOf(from, planId))).json['status']).toBe('released');
  await plantPlan(from.lab, to.lab, planId, altered);
  await plantApprovals(from.lab, to.lab, planId);
  await expectNothingCommitted(to, planId, status, code);
  expect((await from.lab.wire.call(COMMIT, { planId })).status).toBe(200);
}

/** What a caller can tell two refusals apart by. */
const told = ({ status, json }: WireReply): unknown => {
  const { auditId: _entry, ...rest } = json;
  return { status, rest };
};

describe.each(PAIRS)('of %s, in %s', (a, b) => {
  const both = (): [Place, Place] => [places[a], places[b]];

  test('a plan does not exist [env.plan]', async () => {
    const [from, to] = both();
    const planId = await pendingPlan(from.lab);
    const expected = { status: 404, code: 'not_found', tool: 'commit_publish_draft' };
    const foreign = await expectRecorded(to, expected, () => to.lab.wire.call(COMMIT, { planId }));
    expect(told(foreign)).toEqual(told(await to.lab.wire.call(COMMIT, { planId: randomUUID() })));
    await plantedPlan(from, to, {}, 404, 'not_found');
    await plantedPlan(from, to, { state: 'released' }, 404, 'not_found');
    await plantedPlan(from, to, { state: 'committed', receipt: '{"planId":"of elsewhere"}' }, 404, 'not_found');
  });

  test('a plan that was made to look like one of here is not what its digest says [env.plan]', async () => {
    const [from, to] = both();
    await plantedPlan(from, to, { environment: b }, 409, 'plan_stale');
    await plantedPlan(from, to, { environment: b, state: 'released' }, 409, 'plan_stale');
    const receipt = '{"planId":"of elsewhere"}';
    await plantedPlan(from, to, { environment: b, state: 'committed', receipt }, 409, 'plan_stale');
  });

  test('a plan is not there for people either, nor where its row is copied [env.plan]', async () => {
    const [from, to] = both();
    const planId = await pendingPlan(from.lab);
    const person = await deciderOf(from, planId);
    const wanted = await approvalOf(from, planId);
    const decide =
      (action: string, args = wanted) =>
      () =>
        person.at(to).act(action, args);
    const expected = { status: 404, code: 'not_found', tool: 'people.approve' };
    await expectRecorded(to, expected, decide('approve'));
    await plantPlan(from.lab, to.lab, planId);
    await expectRecorded(to, expected, decide('approve'));
    const rejection = { ...wanted, decision: 'reject' };
    await expectRecorded(to, { ...expected, tool: 'people.reject' }, decide('reject', rejection));
    await expectRecorded(to, { ...expected, tool: 'people.approve_and_apply' }, decide('approve_and_apply'));
    await plantPlan(from.lab, to.lab, planId, { environment: b });
    const stale = { status: 409, code: 'plan_stale', tool: 'people.approve_and_apply' };
    await expectRecorded(to, stale, decide('approve_and_apply'));
    expect(await storedOf(to.lab, planId)).toMatchObject({ receipt: null, articles: 0, approvals: 0, effects: 0 });
  });

  test('a plan is not committed with its approval, copied as they are or made to look like ones of here [env.approval]', async () => {
    const [from, to] = both();
    await plantedDecision(from, to, {}, 404, 'not_found');
    await plantedDecision(from, to, { environment: b }, 409, 'plan_stale');
  });
});

/** Lets a broken production take what the two others gave out. */
const expectFound = (fault: Fault, scenario: (from: Place, to: Place) => Promise<void>): Promise<void> =>
  withBroken(fault, async (production) => {
    await populate(production);
    for (const from of [places.development, places.staging]) await expectCaught(() => scenario(from, production));
  });

type Find = (...given: unknown[]) => Promise<Record<string, unknown> | undefined>;
type Holds = (...given: unknown[]) => unknown;

describe('a backend is caught', () => {
  test('that takes a plan for its own because its row says so [check.twins, env.plan]', () =>
    expectFound(
      {
        module: 'backend-mock/src/plans/plan-integrity.ts',
        instead: ({ matchesItsDigests }) => ({
          matchesItsDigests: (plan: { digestInput: string }) =>
            (matchesItsDigests as Holds)(plan, (JSON.parse(plan.digestInput) as { environment: string }).environment),
        }),
      },
      (from, to) =>
        plantedPlan(from, to, { environment: to.environment, state: 'committed', receipt: '{}' }, 409, 'plan_stale'),
    ));

  test('that does not look where a plan was made [check.twins, env.plan]', () =>
    expectFound(
      {
        module: 'backend-mock/src/plans/plans-repository.ts',
        instead: ({ lockPlan }) => ({
          lockPlan: async (...given: unknown[]) => {
            const plan = await (lockPlan as Find)(...given);
            return plan && { ...plan, environment: 'production' };
          },
        }),
      },
      (from, to) => plantedPlan(from, to, {}, 404, 'not_found'),
    ));

  test('that holds no plan against its digests, with an approval beside it [check.twins, env.plan, env.approval]', () =>
    expectFound(
      {
        module: 'backend-mock/src/plans/plan-integrity.ts',
        instead: () => ({ matchesItsDigests: () => true, isUnchanged: () => Promise.resolve(true) }),
      },
      (from, to) => plantedDecision(from, to, { environment: 'production' }, 409, 'plan_stale'),
    ));
});
