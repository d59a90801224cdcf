import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import { expectDeniedByPolicy, expectNothingTold, forget, withoutQuotas } from '../support/policy-lab.ts';
import { grantTask, tasksIn } from '../support/tasks.ts';
import {
  addOrder,
  commit,
  expectCaughtIn,
  expectDenied,
  paidOf,
  plan,
  refundOf,
  seedTickets,
  stateOf,
} from '../support/tickets.ts';
import { send, type WireReply } from '../support/wire-client.ts';

/** Nothing but a task releases a refund, and no task more than 20.00 EUR a day. */
const TASKS_ONLY = `${policyWith(`  - id: tasks-release-refunds
    effect: allow
    when: { tools: [commit_refund], task: bound }
`)}limits:
  - id: all-tasks
    when: { tools: [commit_refund] }
    per: owner
    window: 24h
    sum: /amount
    maximum: 2000
    exceeded: deny
`;
const MISSING = { code: 'task_required', rules: ['no-rule'] };
const ORDERS = ['811', '812', '813', '814', '815'] as const;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => begin(lab));
afterAll(() => lab?.stop());

async function begin(on: Lab): Promise<void> {
  await seedTickets(on);
  await forget(on);
  await on.backend.database.db.deleteFrom('tasks').execute();
  for (const id of ORDERS) await addOrder(on, id, 'ANNA', 10_000, 'EUR');
  await activate(on, TASKS_ONLY);
}

const refund = (on: Lab, amount: number, orderId: string = ORDERS[0]): Promise<WireReply> =>
  plan(on, 'refund', refundOf(amount, { orderId }));

async function released(on: Lab, amount: number, orderId: string = ORDERS[0]): Promise<string> {
  const { json, text } = await refund(on, amount, orderId);
  if (json['status'] !== 'released') throw new Error(`No plan that is released: ${text}`);
  return String(json['planId']);
}

const usedOf = async (on: Lab): Promise<unknown> => (await tasksIn(on)).map(({ spent, uses }) => [spent, uses]);

/** Only a task is missing, and the agent is told that and no more; nothing is used. */
async function expectMissing(on: Lab, make: () => Promise<WireReply>): Promise<void> {
  const before = await usedOf(on);
  const reply = await expectDeniedByPolicy(on, MISSING, on.wireOf('ticket-handler'), make);
  expect(reply.json).toMatchObject({ conditions: ['task'], retryable: false });
  expectNothingTold(reply, ['tasks-release', 'no-rule', 'rule']);
  expect(await usedOf(on)).toEqual(before);
}

test('a refund without a task asks for one, at the plan already [policy.tasks]', () =>
  expectMissing(lab, () => refund(lab, 100)));

test('a refund under a task is released and committed without a person, and counted [policy.tasks]', async () => {
  const task = await grantTask(lab, { upTo: '5.00' });
  expect((await commit(lab, 'refund', await released(lab, 300))).status).toBe(200);
  expect([await paidOf(lab, '811'), await usedOf(lab)]).toEqual([300, [[300, 1]]]);
  expect((await lab.entries()).at(-1)).toMatchObject({
    tool: 'commit_refund',
    task,
    approvals: [],
    rules: ['tasks-release-refunds'],
    decisionInput: { task: true, arguments: { amount: 300 } },
  });
});

test('a refund beyond its sum, of another ticket or in another currency has no task [policy.tasks]', async () => {
  await grantTask(lab, { upTo: '5.00' });
  await addOrder(lab, '821', 'ANNA', 10_000, 'USD');
  await expectMissing(lab, () => refund(lab, 501));
  await expectMissing(lab, () => plan(lab, 'refund', refundOf(100, { ticketId: '1843', orderId: '502' })));
  await expectMissing(lab, () => plan(lab, 'refund', refundOf(100, { orderId: '821', currency: 'USD' })));
});

test('a refund that was planned under a task which ended since has none [policy.tasks, policy.binding]', async () => {
  const ends: readonly (() => Promise<unknown>)[] = [
    async () => lab.people.owner.call('revoke_task', { taskId: String((await tasksIn(lab))[0]?.['id']) }),
    () => lab.backend.database.db.updateTable('tasks').set({ expires_at: 1 }).execute(),
    async () => commit(lab, 'refund', await released(lab, 500, '812')),
  ];
  for (const end of ends) {
    await begin(lab);
    await grantTask(lab, { upTo: '5.00' });
    const planId = await released(lab, 100);
    await end();
    await expectMissing(lab, () => commit(lab, 'refund', planId));
    expect([await paidOf(lab, '811'), await stateOf(lab, planId)]).toEqual([0, 'released']);
  }
});

test('tasks do not lead around a limit: two that are each within it are not [policy.tasks, policy.sums]', async () => {
  await grantTask(lab, { upTo: '15.00' });
  await commit(lab, 'refund', await released(lab, 1500));
  await grantTask(lab, { upTo: '15.00' });
  const reply = await expectDeniedByPolicy(
    lab,
    { code: 'denied_by_policy', rules: ['all-tasks'] },
    lab.wireOf('ticket-handler'),
    () => refund(lab, 600, '812'),
  );
  expect(reply.json['conditions']).toEqual(['smaller_amount']);
});

test('commits that race for what is left of a task stay within it, and the others are told what is missing [policy.tasks, policy.races]', async () => {
  await grantTask(lab, { upTo: '10.00' });
  const planIds: string[] = [];
  for (const id of ORDERS) planIds.push(await released(lab, 300, id));
  await withoutQuotas(lab);
  const wire = lab.wireOf('ticket-handler');
  const requests = await Promise.all(planIds.map((planId) => wire.operation('/v1/tickets/commit_refund', { planId })));
  const replies = await Promise.all(requests.map(send));
  const codes = replies.map(({ json }) => json['code']).filter((code) => code !== undefined);
  expect([codes, await usedOf(lab)]).toEqual([['task_required', 'task_required'], [[900, 3]]]);
});

const forged = async (on: Lab): Promise<void> => {
  await grantTask(on, { upTo: '5.00', resourceId: '1843' });
  // Somebody with the store's password turns it to the ticket that they want.
  await on.backend.database.db.updateTable('tasks').set({ resource_id: '1842' }).execute();
  const planId = await released(on, 300);
  await expectDenied(on, () => commit(on, 'refund', planId), 'approval_required');
  expect(await stateOf(on, planId)).toBe('pending_approval');
  expect([await paidOf(on, '811'), await usedOf(on)]).toEqual([0, [[0, 0]]]);
};

test('a task that was changed by hand releases nothing [policy.tasks, task.reverified]', () => forged(lab));

test('a backend that takes any row for a task is caught [check.twins, policy.tasks]', async () => {
  const module = 'backend-mock/src/tasks/task-evidence.ts';
  await expectCaughtIn({ module, instead: () => ({ verifiedTask: () => Promise.resolve(true) }) }, async (broken) => {
    await begin(broken);
    await forged(broken);
  });
}, 30_000);
