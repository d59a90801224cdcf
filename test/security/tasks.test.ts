import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { Tx } from '../../backend-mock/src/database/database.ts';
import type { TokenRecord } from '../../backend-mock/src/grants/tokens-repository.ts';
import { mintClient } from '../support/clients.ts';
import { startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { askForTask, grantOf, HOUR_MS, inTime, tasksIn, withAgentOf } from '../support/tasks.ts';
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
    const module = 'backend-mock/src/grants/tokens-repository.ts';
    const ofAnybody = ({ listTokens }: Readonly<Record<string, unknown>>) => ({
      async liveTokensOf(tx: Tx, { clientId }: TokenRecord) {
        const all = await (listTokens as (tx: Tx) => Promise<TokenRecord[]>)(tx);
        return all.filter((token) => token.clientId === clientId);
      },
    });
    await expectCaughtIn({ module, instead: ofAnybody }, async (broken) =>
      expectOwnersOnly(broken, await withAgentOf(broken, 'ann')),
    );
  }, 30_000);

  test('a backend that takes replies for tasks is caught [check.twins, task.never-ships]', async () => {
    const module = 'backend-mock/src/tasks/grantable.ts';
    // Two walls stand here: what tasks may cover at all, and what the active policy would release.
    const instead = () => ({ requireTaskable: () => null, requireHeeded: () => undefined });
    await expectCaughtIn({ module, instead }, (broken) =>
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
