import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Database } from '../../backend-mock/src/database/database.ts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { mintClient } from '../support/clients.ts';
import { startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { PasskeyPerson } from '../support/passkey-person.ts';
import { enrol } from '../support/plans-and-people.ts';
import {
  askForTask,
  foundFor,
  grantOf,
  grantTask,
  HOUR_MS,
  inTime,
  refundOn,
  tasksIn,
  tasksOf,
  use,
} from '../support/tasks.ts';
import { expectCaughtIn, seedTickets } from '../support/tickets.ts';
import { send, type WireReply } from '../support/wire-client.ts';

let lab: Lab;
let ann: WirePerson;
beforeAll(async () => {
  lab = await startLab();
  await mintClient(lab, 'blog-publisher-two');
  await mintClient(lab, 'crm-reader-export');
  ann = await withAgentOf(lab, 'ann');
}, 60_000);
beforeEach(async () => {
  await seedTickets(lab);
  await lab.backend.database.db.deleteFrom('tasks').execute();
});
afterAll(() => lab?.stop());

/** Somebody else, who owns the agent `ticket-handler-<name>`. */
async function withAgentOf(on: Lab, name: string): Promise<WirePerson> {
  const person = await enrol(on, name, ['owner']);
  await mintClient(on, `ticket-handler-${name}`);
  const { db } = on.backend.database;
  await db
    .updateTable('api_tokens')
    .set({ owner_id: `p_${name}` })
    .where('client_id', '=', `ticket-handler-${name}`)
    .execute();
  return person;
}

/** A grant was refused: one entry that says so, and no task is there or another than before. */
async function expectNotGranted(on: Lab, ask: () => Promise<WireReply>, code: string): Promise<WireReply> {
  const before = { tasks: await tasksIn(on), entries: (await on.entries()).length };
  const reply = await ask();
  expect({ code: reply.json['code'], text: reply.text }).toEqual({ code, text: reply.text });
  expect(await tasksIn(on)).toEqual(before.tasks);
  expect((await on.entries()).slice(before.entries)).toMatchObject([
    { auditId: reply.json['auditId'], tool: 'people.grant_task', outcome: 'refused', decision: 'deny', code },
  ]);
  return reply;
}

describe('granting a task', () => {
  test('is one row with its proof, and one entry without names and words [task.granted]', async () => {
    const before = (await lab.entries()).length;
    const { json } = await askForTask(lab, { uses: 3 });
    const { taskId } = json;
    expect(json).toMatchObject({
      clientId: 'ticket-handler',
      agent: 'support-agent',
      tools: ['commit_refund'],
      resource: { type: 'ticket', id: '1842' },
      sum: { maximum: 5000, currency: 'EUR' },
      usesMaximum: 3,
      state: 'active',
      spent: 0,
      uses: 0,
      reason: 'Broken cups.',
    });
    expect(await tasksIn(lab)).toMatchObject([{ id: taskId, sum_pointer: '/amount', sum_maximum: 5000, version: 1 }]);
    const [entry, ...more] = (await lab.entries()).slice(before);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      tool: 'people.grant_task',
      kind: 'person',
      outcome: 'succeeded',
      details: { taskId, clientId: 'ticket-handler', sum: { maximum: 5000, currency: 'EUR' }, assurance: 'simulated' },
    });
    expect(JSON.stringify(entry)).not.toContain('Broken cups');
    const acts = await lab.backend.database.db.selectFrom('person_acts').select('action').execute();
    expect(acts.at(-1)).toEqual({ action: 'grant_task' });
  });

  const shipped: readonly (readonly [string, JsonObject, RegExp])[] = [
    ['a reply to a customer', { tools: ['commit_reply_to_customer'], upTo: null, currency: null }, /those very words/],
    ['a reply among others', { tools: ['commit_refund', 'commit_reply_to_customer'] }, /those very words/],
    [
      'a publication',
      { clientId: 'blog-publisher-two', tools: ['commit_publish_draft'], resourceType: 'article' },
      /those very words/,
    ],
    [
      'an export',
      { clientId: 'crm-reader-export', tools: ['commit_export_customers'], resourceType: 'customer' },
      /each export/,
    ],
    ['a record that is not there yet', { tools: ['commit_create_ticket'], upTo: null, currency: null }, /no record/],
    ['a plan', { tools: ['plan_refund'] }, /names commit tools/],
    ['a read', { tools: ['get_ticket'] }, /names commit tools/],
    ['a tool that does not exist', { tools: ['commit_everything'] }, /does not exist/],
  ];
  test.each(shipped)('is refused for %s, saying why [task.never-ships]', async (_what, differs, why) => {
    const reply = await expectNotGranted(lab, () => askForTask(lab, differs), 'invalid_arguments');
    expect(reply.json['detail']).toMatch(why);
    expect(reply.json['errors']).toMatchObject([{ pointer: '/tools' }]);
  });

  test.each<[string, JsonObject, string]>([
    ['money without a sum', { upTo: null, currency: null }, '/upTo'],
    ['a sum without money', { tools: ['commit_update_ticket'] }, '/upTo'],
    ['tools for another type of record', { resourceType: 'order', resourceId: '501' }, '/tools'],
    ['more than eight hours', { expiresAt: inTime(8 * HOUR_MS + 60_000) }, '/expiresAt'],
    ['a time that is over', { expiresAt: inTime(-1000) }, '/expiresAt'],
    ['a tool that its agent does not hold', { clientId: 'blog-publisher' }, '/tools'],
  ])('is refused for %s [task.bounds]', async (_what, differs, pointer) => {
    const reply = await expectNotGranted(lab, () => askForTask(lab, differs), 'invalid_arguments');
    expect(reply.json['errors']).toMatchObject([{ pointer }]);
  });

  test('is refused for a record or an agent that there is not [task.bounds]', async () => {
    await expectNotGranted(lab, () => askForTask(lab, { resourceId: '9' }), 'not_found');
    await expectNotGranted(lab, () => askForTask(lab, { clientId: 'ticket-handler-gone' }), 'not_found');
  });

  /** Administrators, reviewers and other owners: nobody grants for an agent that is not theirs. */
  const expectOwnersOnly = async (on: Lab, other: WirePerson): Promise<void> => {
    const { owner, reviewer } = on.people;
    await expectNotGranted(on, () => askForTask(on, { clientId: 'ticket-handler-ann' }, owner), 'not_found');
    await expectNotGranted(on, () => askForTask(on, {}, other), 'not_found');
    await expectNotGranted(on, () => askForTask(on, {}, reviewer), 'insufficient_scope');
    expect((await askForTask(on, { clientId: 'ticket-handler-ann' }, other)).status).toBe(200);
  };

  test('is for the owner of the agent alone, not even for administrators [task.granted]', () =>
    expectOwnersOnly(lab, ann));

  test('a backend that lets anybody grant is caught [check.twins, task.granted]', async () => {
    const module = 'backend-mock/src/tasks/grantable.ts';
    const requireHolder = ([token]: readonly unknown[]): unknown => token;
    await expectCaughtIn({ module, instead: () => ({ requireHolder }) }, async (broken) =>
      expectOwnersOnly(broken, await withAgentOf(broken, 'ann')),
    );
  }, 30_000);

  test('a backend that takes replies for tasks is caught [check.twins, task.never-ships]', async () => {
    const module = 'backend-mock/src/tasks/task.ts';
    await expectCaughtIn({ module, instead: () => ({ untaskable: () => undefined }) }, (broken) =>
      expectNotGranted(
        broken,
        () => askForTask(broken, { tools: ['commit_reply_to_customer'], upTo: null, currency: null }),
        'invalid_arguments',
      ),
    );
  }, 30_000);

  test('is nothing that an agent can do or ask for [task.granted, approval.person]', async () => {
    const wire = lab.wireOf('ticket-handler');
    const before = await tasksIn(lab);
    const grant = await wire.grant();
    for (const path of ['/people/grant_task', '/v1/tickets/grant_task', '/v1/tickets/plan_task', '/v1/tasks/grant']) {
      const reply = await send(await wire.operation(path, grantOf(), { grant }));
      expect([path, reply.status >= 400 && reply.status < 500]).toEqual([path, true]);
    }
    const details = JSON.stringify([{ type: 'ticket', identifier: '1842', actions: ['commit_refund'], upTo: '50.00' }]);
    await wire.grant({ authorization_details: details }).catch(() => undefined);
    expect(await tasksIn(lab)).toEqual(before);
  });
});

describe('a task that was granted', () => {
  test('with a key or a passkey covers its uses, within its bounds [task.bounds, task.sum]', async () => {
    const owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
    const signed = await owner.act('grant_task', grantOf({ upTo: '5.00' }));
    expect(signed.status).toBe(200);
    for (const id of [await grantTask(lab, { upTo: '5.00' }), String(signed.json['taskId'])]) {
      expect(await use(lab, id, await refundOn(lab, 501))).toBe(false);
      expect(await use(lab, id, await refundOn(lab, 400))).toBe(true);
      expect(await use(lab, id, await refundOn(lab, 101))).toBe(false);
      expect(await use(lab, id, await refundOn(lab, 100))).toBe(true);
    }
    expect(await foundFor(lab, await refundOn(lab, 1))).toBeNull();
    expect(await tasksIn(lab)).toMatchObject([
      { spent: 500, uses: 2 },
      { spent: 500, uses: 2 },
    ]);
  });

  const beside: readonly (readonly [string, Parameters<typeof refundOn>[2]])[] = [
    ["another client of the same owner's", { clientId: 'ticket-handler-two' }],
    ["another owner's", { ownerId: 'p_ann' }],
    ['another tool', { tool: 'commit_update_ticket' }],
    ['another record', { resource: { type: 'ticket', id: '1843' } }],
    ['another currency', { money: { pointer: '/amount', amount: 1, currency: 'USD' } }],
  ];
  test.each(beside)('does not cover %s call [task.bounds]', async (_what, differs) => {
    const id = await grantTask(lab);
    const wanted = await refundOn(lab, 1, differs);
    expect([await foundFor(lab, wanted), await use(lab, id, wanted)]).toEqual([null, false]);
    expect(await tasksIn(lab)).toMatchObject([{ spent: 0, uses: 0 }]);
  });

  test('covers nothing once it is over or revoked [task.ended]', async () => {
    const wanted = await refundOn(lab, 1);
    const id = await grantTask(lab);
    expect(await foundFor(lab, wanted)).toBe(id);
    expect(await foundFor(lab, wanted, Date.now() + HOUR_MS)).toBeNull();
    const before = (await lab.entries()).length;
    const revoked = await lab.people.owner.call('revoke_task', { taskId: id });
    expect(revoked.json).toEqual({ taskId: id, clientId: 'ticket-handler', state: 'revoked', repeated: false });
    expect([await foundFor(lab, wanted), await use(lab, id, wanted)]).toEqual([null, false]);
    expect((await lab.people.owner.call('revoke_task', { taskId: id })).json['repeated']).toBe(true);
    expect((await lab.entries()).slice(before)).toMatchObject([
      { tool: 'people.revoke_task', outcome: 'succeeded', details: { taskId: id, repeated: false } },
      { tool: 'people.revoke_task', outcome: 'succeeded', details: { taskId: id, repeated: true } },
    ]);
  });

  test('is ended by its owner or an administrator, and seen by nobody else [task.ended]', async () => {
    const own = await grantTask(lab);
    const hers = await grantTask(lab, { clientId: 'ticket-handler-ann' }, ann);
    expect((await ann.call('revoke_task', { taskId: own })).json['code']).toBe('not_found');
    expect((await lab.people.reviewer.call('revoke_task', { taskId: own })).json['code']).toBe('insufficient_scope');
    const seenBy = async (person: WirePerson): Promise<unknown> =>
      ((await person.call('list_tasks', {})).json['tasks'] as JsonObject[] | undefined)
        ?.map(({ taskId }) => taskId)
        .toSorted();
    expect(await seenBy(ann)).toEqual([hers]);
    expect(await seenBy(lab.people.owner)).toEqual([own, hers].toSorted());
    expect(await seenBy(lab.people.reviewer)).toBeUndefined();
    expect((await lab.people.owner.call('revoke_task', { taskId: hers })).status).toBe(200);
    expect((await seenBy(ann)) as string[]).toEqual([hers]);
    expect(await tasksIn(lab)).toMatchObject([{ id: expect.anything() }, {}]);
  });

  const forgeries: readonly (readonly [string, (on: Lab, id: string) => Promise<unknown>])[] = [
    [
      'a sum that was raised',
      ({ backend: { database } }) => database.db.updateTable('tasks').set({ sum_maximum: 99_999 }).execute(),
    ],
    [
      'a time that was moved',
      ({ backend: { database } }) =>
        database.db
          .updateTable('tasks')
          .set({ expires_at: Date.now() + 100 * HOUR_MS })
          .execute(),
    ],
    [
      'a person who was removed',
      ({ backend: { database } }) =>
        database.db.updateTable('people').set({ state: 'removed' }).where('name', '=', 'owner').execute(),
    ],
    [
      'a key that was revoked',
      ({ backend: { database } }) => database.db.updateTable('person_keys').set({ state: 'revoked' }).execute(),
    ],
  ];
  test.each(forgeries)(
    'counts for nothing with %s [task.reverified]',
    async (_what, forge) => {
      const own = await startLab();
      try {
        await seedTickets(own);
        const id = await grantTask(own);
        expect(await use(own, id, await refundOn(own, 100))).toBe(true);
        await forge(own, id);
        expect(await use(own, id, await refundOn(own, 100))).toBe(false);
        expect(await tasksIn(own)).toMatchObject([{ spent: 100, uses: 1 }]);
      } finally {
        await own.stop();
      }
    },
    30_000,
  );

  test('is one for one signature: the same request again makes no second [task.reverified]', async () => {
    const request = lab.people.owner.request('grant_task', grantOf());
    expect((await send(request)).status).toBe(200);
    const rows = await tasksIn(lab);
    expect((await send(request)).json['code']).toBe('replayed');
    expect(await tasksIn(lab)).toEqual(rows);
    const [row] = await lab.backend.database.db.selectFrom('tasks').selectAll().execute();
    if (!row) throw new Error('There is no task.');
    await lab.backend.database.db
      .insertInto('tasks')
      .values({ ...row, id: 'copy', expires_at: row.expires_at - 1 })
      .execute();
    expect(await use(lab, 'copy', await refundOn(lab, 100))).toBe(false);
  });
});

describe('commits of one task that race on two replicas', () => {
  let postgres: PostgresServer;
  let on: Lab;
  let replica: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    const databaseUrl = await postgres.createDatabase();
    on = await startLab({ databaseUrl });
    replica = new Database({ location: databaseUrl });
    await seedTickets(on);
  }, 120_000);
  afterAll(async () => {
    await replica?.close();
    await on?.stop();
    await postgres?.stop();
  }, 60_000);

  test('stay together within its sum [task.sum]', async () => {
    const id = await grantTask(on, { upTo: '10.00' });
    const wanted = await refundOn(on, 300);
    const service = tasksOf(on);
    const used = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 === 0 ? on.backend.database : replica).transaction((tx) => service.use(tx, Date.now(), id, wanted)),
      ),
    );
    expect(used.filter(Boolean)).toHaveLength(3);
    expect(await tasksIn(on)).toMatchObject([{ spent: 900, uses: 3 }]);
  });
});
