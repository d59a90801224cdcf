import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { PasskeyPerson } from '../support/passkey-person.ts';
import { foundFor, grantOf, grantTask, HOUR_MS, refundOn, tasksIn, use, withAgentOf } from '../support/tasks.ts';
import { seedTickets } from '../support/tickets.ts';
import { send } from '../support/wire-client.ts';

let lab: Lab;
let ann: WirePerson;
beforeAll(async () => {
  lab = await startLab();
  ann = await withAgentOf(lab, 'ann');
}, 60_000);
beforeEach(async () => {
  await seedTickets(lab);
  await lab.backend.database.db.deleteFrom('tasks').execute();
});
afterAll(() => lab?.stop());

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
