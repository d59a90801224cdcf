import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Database } from '../../backend-mock/src/database/database.ts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import { entriesAbout } from '../support/stored.ts';
import { grantTask, refundOn, tasksIn, tasksOf } from '../support/tasks.ts';
import {
  addOrder,
  commit,
  customerWrites,
  expectCaughtIn,
  expectDenied,
  ORDER,
  paidOf,
  plan,
  refundOf,
  seedTickets,
  stateOf,
  TICKET,
} from '../support/tickets.ts';
import { send, type WireReply } from '../support/wire-client.ts';

/** A person releases each commit, but for those that a task covers. */
const TASKS_RELEASE = policyWith(`  - id: people-release-commits
    effect: require_approval
    approval: owner
    when: { kinds: [commit], task: unbound }
  - id: tasks-release-commits
    effect: allow
    when: { kinds: [commit], task: bound }
`);

/** Every test begins with the same records, no task, and the policy above. */
async function begin(on: Lab): Promise<void> {
  await seedTickets(on);
  await on.backend.database.db.deleteFrom('tasks').execute();
  await activate(on, TASKS_RELEASE);
}

/** A refund of the order that a task releases by itself. @returns the id of its plan. */
async function released(on: Lab, amount: number, orderId = ORDER): Promise<string> {
  const { json } = await plan(on, 'refund', refundOf(amount, { orderId }));
  expect(json['status']).toBe('released');
  return String(json['planId']);
}

const usedOf = async (on: Lab): Promise<unknown> => (await tasksIn(on)).map(({ spent, uses }) => [spent, uses]);

describe('a commit that a task covers', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  }, 60_000);
  beforeEach(() => begin(lab));
  afterAll(() => lab?.stop());

  test('is released by policy, once, and counted in its entry [task.sum, law.no-standing-power]', async () => {
    const task = await grantTask(lab, { upTo: '10.00' });
    const planId = await released(lab, 400);
    const done = await commit(lab, 'refund', planId);
    expect([done.status, await paidOf(lab), await usedOf(lab)]).toEqual([200, 400, [[400, 1]]]);
    const entries = await entriesAbout(lab, planId);
    expect(entries.at(-1)).toMatchObject({ tool: 'commit_refund', outcome: 'succeeded', task, approvals: [] });
    const again = await commit(lab, 'refund', planId);
    expect([again.json['repeated'], await usedOf(lab)]).toEqual([true, [[400, 1]]]);
  });

  test('beyond what is left of it waits for a person, and then counts for nothing [task.sum]', async () => {
    await grantTask(lab, { upTo: '5.00' });
    await addOrder(lab, '503', 'ANNA', 1000, 'EUR');
    const planIds = [await released(lab, 300), await released(lab, 300, '503')] as const;
    expect((await commit(lab, 'refund', planIds[0])).status).toBe(200);
    await expectDenied(lab, () => commit(lab, 'refund', planIds[1]), 'approval_required');
    expect([await stateOf(lab, planIds[1]), await paidOf(lab, '503')]).toEqual(['pending_approval', 0]);
    await lab.people.owner.decide('approve', planIds[1]);
    expect((await commit(lab, 'refund', planIds[1])).status).toBe(200);
    expect([await paidOf(lab, '503'), await usedOf(lab)]).toEqual([300, [[300, 1]]]);
  });

  test.each([
    ['another record', { ticketId: '1843', orderId: '502' }],
    ['more than its sum', { amount: 501 }],
  ])('is not one about %s: that waits for a person [task.bounds]', async (_what, differs) => {
    await grantTask(lab, { upTo: '5.00' });
    const { json } = await plan(lab, 'refund', refundOf(1, differs));
    expect(json['status']).toBe('pending_approval');
    await expectDenied(lab, () => commit(lab, 'refund', String(json['planId'])), 'approval_required');
    expect(await usedOf(lab)).toEqual([[0, 0]]);
  });

  test('is not one that was planned before it was granted, nor one after it ended [task.ended, policy.binding]', async () => {
    const { json } = await plan(lab, 'refund', refundOf(100));
    const taskId = await grantTask(lab, { upTo: '5.00' });
    await expectDenied(lab, () => commit(lab, 'refund', String(json['planId'])), 'approval_required');
    const planId = await released(lab, 100);
    await lab.people.owner.call('revoke_task', { taskId });
    await expectDenied(lab, () => commit(lab, 'refund', planId), 'approval_required');
    expect([await paidOf(lab), await usedOf(lab)]).toEqual([0, [[0, 0]]]);
  });

  test('is undone whole with its use when the world has moved [task.sum, ticket.stale]', async () => {
    await grantTask(lab, { upTo: '5.00' });
    const planId = await released(lab, 100);
    await customerWrites(lab, TICKET, 'Wait.');
    await expectDenied(lab, () => commit(lab, 'refund', planId), 'plan_stale');
    expect(await usedOf(lab)).toEqual([[0, 0]]);
  });

  /** Whoever edits the row raises nothing: what is beyond the signed sum is not paid, and the edited row is not used. */
  const expectNotRaised = async (on: Lab): Promise<void> => {
    await grantTask(on, { upTo: '5.00' });
    await on.backend.database.db.updateTable('tasks').set({ sum_maximum: 99_999 }).execute();
    const { json } = await plan(on, 'refund', refundOf(900));
    const reply = await commit(on, 'refund', String(json['planId']));
    expect([reply.status, await paidOf(on), await usedOf(on)]).toEqual([403, 0, [[0, 0]]]);
    expect((await entriesAbout(on, String(json['planId']))).at(-1)).toMatchObject({
      auditId: reply.json['auditId'],
      code: reply.json['code'],
    });
  };

  test('rests on what was signed, not on what the row says [task.reverified]', () => expectNotRaised(lab));

  test('a backend that believes the row is caught [check.twins, task.reverified]', async () => {
    const module = 'backend-mock/src/tasks/task-evidence.ts';
    await expectCaughtIn({ module, instead: () => ({ verifiedTask: () => Promise.resolve(true) }) }, async (broken) => {
      await begin(broken);
      await expectNotRaised(broken);
    });
  }, 30_000);
});

describe.each(['sqlite', 'postgres'] as const)('commits that race for one task, on %s', (engine) => {
  let postgres: PostgresServer | undefined;
  let on: Lab;
  let replica: Database | undefined;
  beforeAll(async () => {
    postgres = engine === 'postgres' ? await startPostgres() : undefined;
    const databaseUrl = await postgres?.createDatabase();
    on = await startLab(databaseUrl === undefined ? {} : { databaseUrl });
    replica = databaseUrl === undefined ? undefined : new Database({ location: databaseUrl });
  }, 120_000);
  beforeEach(() => begin(on));
  afterAll(async () => {
    await replica?.close();
    await on?.stop();
    await postgres?.stop();
  }, 60_000);

  /** Five refunds of 3.00 of five orders, committed at once under a task of 10.00. */
  const expectWithinSum = async (lab: Lab): Promise<void> => {
    await grantTask(lab, { upTo: '10.00' });
    const planIds: string[] = [];
    for (const orderId of ['511', '512', '513', '514', '515']) {
      await addOrder(lab, orderId, 'ANNA', 1000, 'EUR');
      planIds.push(await released(lab, 300, orderId));
    }
    await lab.backend.database.db.deleteFrom('limits').execute();
    const wire = lab.wireOf('ticket-handler');
    const grant = await wire.grant();
    const requests = await Promise.all(
      planIds.map((planId) => wire.operation('/v1/tickets/commit_refund', { planId }, { grant })),
    );
    const replies: WireReply[] = await Promise.all(requests.map(send));
    const rows = await lab.backend.database.db.selectFrom('refunds').select('amount').execute();
    expect(rows).toHaveLength(3);
    expect(await usedOf(lab)).toEqual([[900, 3]]);
    const refused = replies.filter(({ status }) => status !== 200).map(({ json }) => json['code']);
    expect(refused).toEqual(['approval_required', 'approval_required']);
  };

  test('stay together within its sum [task.sum]', () => expectWithinSum(on));

  test('stay within it on two replicas that know nothing of each other [task.sum]', async () => {
    const id = await grantTask(on, { upTo: '10.00' });
    const wanted = await refundOn(on, 300);
    const service = tasksOf(on);
    const stores = [on.backend.database, replica ?? on.backend.database];
    const used = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (stores[at % 2] as Database).transaction((tx) => service.use(tx, Date.now(), id, wanted)),
      ),
    );
    expect(used.filter(Boolean)).toHaveLength(3);
    expect(await usedOf(on)).toEqual([[900, 3]]);
  });

  test('a backend that does not count is caught [check.twins, task.sum]', async () => {
    const module = 'backend-mock/src/tasks/tasks-repository.ts';
    await expectCaughtIn({ module, instead: () => ({ spendTask: () => Promise.resolve(true) }) }, async (broken) => {
      await begin(broken);
      await expectWithinSum(broken);
    });
  }, 30_000);
});
