import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { loadPolicyText, policyFileOf } from '../../backend-mock/src/policy/policy-files.ts';
import { expectCaught } from '../support/broken.ts';
import {
  expectRecorded,
  PAIRS,
  startPlaces,
  stopPlaces,
  withBroken,
  type Environment,
  type Place,
  type Places,
} from '../support/environments.ts';
import { draft } from '../support/lab.ts';
import { plantPolicy, plantTasks } from '../support/planted-rows.ts';
import { LIST, NOTHING, PLAN } from '../support/refused.ts';
import { owner, populate } from '../support/same-people.ts';
import { grantOf, refundOn, tasksOf, use } from '../support/tasks.ts';
import { seedTickets } from '../support/tickets.ts';

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

/** The text of an environment's own policy, as an administrator sends it. */
async function policyOf(environment: Environment): Promise<JsonObject> {
  const { file, policy, packs } = await loadPolicyText(policyFileOf(environment));
  return { file, policy, packs: { ...packs } };
}

const activePolicies = ({ lab }: Place): Promise<unknown> =>
  lab.backend.database.db.selectFrom('policies').selectAll().orderBy('position').execute();

/** An administrator of the one environment activates the policy of the other one. */
async function strayedPolicy(from: Place, to: Place): Promise<void> {
  const before = await activePolicies(to);
  const wanted = await policyOf(from.environment);
  const expected = { status: 422, code: 'invalid_arguments', tool: 'people.activate_policy' };
  const { json } = await expectRecorded(to, expected, () => owner.at(to).act('activate_policy', wanted));
  expect(JSON.stringify(json['errors'])).toContain(`is for ${from.environment}, not for ${to.environment}`);
  expect(await activePolicies(to)).toEqual(before);
}

/** A copied row decides nothing; made to look like one of here it ends everything, rather than decide. */
async function plantedPolicy(from: Place, to: Place): Promise<void> {
  const { db } = to.lab.backend.database;
  const { position } = await db
    .selectFrom('policies')
    .select('position')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  try {
    await plantPolicy(from.lab, to.lab);
    expect((await to.lab.wire.call(LIST, NOTHING)).status).toBe(200);
    await plantPolicy(from.lab, to.lab, { environment: to.environment });
    const plans = await db.selectFrom('plans').selectAll().execute();
    const args = { filename: 'planted.md', content: draft('Planted') };
    for (const make of [() => to.lab.wire.call(LIST, NOTHING), () => to.lab.wire.call(PLAN, args)]) {
      const reply = await make();
      expect({ status: reply.status, code: reply.json['code'] }).toEqual({ status: 503, code: 'unavailable' });
      expect((await to.lab.entries()).at(-1)).toMatchObject({ auditId: reply.json['auditId'], outcome: 'failed' });
    }
    expect(await db.selectFrom('plans').selectAll().execute()).toEqual(plans);
  } finally {
    await db.deleteFrom('policies').where('position', '>', position).execute();
  }
  expect((await to.lab.wire.call(LIST, NOTHING)).status).toBe(200);
}

/** A task that its person granted in the one environment, for the same agent and ticket of the other one. */
async function plantedTask(from: Place, to: Place, service = tasksOf(to.lab)): Promise<void> {
  for (const { lab } of [from, to]) await seedTickets(lab);
  await from.lab.backend.database.db.deleteFrom('tasks').execute();
  const { status, json, text } = await owner.at(from).act('grant_task', grantOf());
  expect({ status, text }).toEqual({ status: 200, text });
  await plantTasks(from.lab, to.lab);
  const taskId = String(json['taskId']);
  const wanted = await refundOn(to.lab, 100, { ownerId: owner.id });
  expect(await use(to.lab, taskId, wanted, service)).toBe(false);
  expect(await use(from.lab, taskId, wanted)).toBe(true);
}

describe.each(PAIRS)('of %s, in %s', (a, b) => {
  test('a policy is not activated [env.policy]', () => strayedPolicy(places[a], places[b]));
  test("a policy's row, copied by an operator, decides nothing [env.policy]", () =>
    plantedPolicy(places[a], places[b]));
  test('a task covers nothing [env.task]', () => plantedTask(places[a], places[b]));
});

type Activate = (tx: unknown, activation: object) => Promise<unknown>;

describe('a backend is caught', () => {
  test('that activates any policy in the name of its own environment [check.twins, env.policy]', () =>
    withBroken(
      {
        module: 'backend-mock/src/policy/activate-policy.ts',
        instead: ({ activatePolicy }) => ({
          activatePolicy: (tx: unknown, activation: { text: { policy: string } }) => {
            const environment = /^environment: (\w+)$/m.exec(activation.text.policy)?.[1];
            return (activatePolicy as Activate)(tx, { ...activation, environment });
          },
        }),
      },
      async (production) => {
        await populate(production);
        await expectCaught(() => strayedPolicy(places.staging, production));
      },
    ));

  test('that does not look whose policy it reads [check.twins, env.policy]', () =>
    withBroken(
      {
        module: '@narrow-deputies/policy',
        instead: ({ compilePolicy }) => ({
          compilePolicy: (...given: unknown[]) => {
            const outcome = (compilePolicy as (...all: unknown[]) => { policy?: object })(...given);
            return outcome.policy ? { ...outcome, policy: { ...outcome.policy, environment: 'production' } } : outcome;
          },
        }),
      },
      async (production) => {
        await expectCaught(() => plantedPolicy(places.staging, production));
      },
    ));

  test('that takes tasks of another environment for its own [check.twins, env.task]', async () => {
    const { staging, production } = places;
    await expectCaught(() => plantedTask(staging, production, tasksOf(staging.lab)));
  });
});
