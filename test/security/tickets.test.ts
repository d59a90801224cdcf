import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startLab, type Lab } from '../support/lab.ts';
import {
  approved,
  call,
  commit,
  customerWrites,
  expectCaughtIn,
  expectDenied,
  plan,
  pointersOf,
  recordsOf,
  refundOf,
  resultOf,
  seedTickets,
  stateOf,
  TICKET,
  type Noun,
} from '../support/tickets.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => seedTickets(lab));
afterAll(() => lab?.stop());

const CREATE = { customerId: 'ANNA', subject: 'Ask for a photograph', text: 'The carrier wants one.', priority: 'low' };
const ticketRow = (on: Lab, id = TICKET): Promise<object> =>
  on.backend.database.db.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const messagesOf = (on: Lab, id = TICKET): Promise<{ body: string }[]> =>
  on.backend.database.db
    .selectFrom('ticket_messages')
    .selectAll()
    .where('ticket_id', '=', id)
    .orderBy('position')
    .execute();

describe('a new ticket', () => {
  test('is planned in full view and lies in the queue after approval, with a number of its own [outcome.plan_create_ticket, outcome.commit_create_ticket]', async () => {
    const before = await recordsOf(lab);
    const planned = await plan(lab, 'create_ticket', CREATE);
    expect(planned.json['preview']).toEqual({
      action: 'create_ticket',
      customer: {
        customerId: 'ANNA',
        untrusted: { companyName: 'Company ANNA', contactName: 'Contact of ANNA' },
      },
      flags: [],
      subject: CREATE.subject,
      text: CREATE.text,
      status: 'open',
      priority: 'low',
    });
    const planId = String(planned.json['planId']);
    await expectDenied(lab, () => commit(lab, 'create_ticket', planId), 'approval_required');
    expect(await recordsOf(lab)).toEqual(before);

    await lab.people.owner.decide('approve', planId);
    const first = await commit(lab, 'create_ticket', planId);
    expect(resultOf(first)).toEqual({ ticketId: '1845' });
    expect((await commit(lab, 'create_ticket', planId)).json).toEqual({ ...first.json, repeated: true });
    expect(await ticketRow(lab, '1845')).toMatchObject({
      customer_id: 'ANNA',
      status: 'open',
      version: 1,
      assignee: null,
    });
    expect(await messagesOf(lab, '1845')).toMatchObject([
      { source: 'agent', kind: 'note', body: CREATE.text, position: 1, plan_id: planId },
    ]);
    const another = await commit(lab, 'create_ticket', await approved(lab, 'create_ticket', CREATE));
    expect(resultOf(another)).toEqual({ ticketId: '1846' });
  });

  test('for a customer that there is not is not_found [outcome.plan_create_ticket]', async () => {
    const nobody = { ...CREATE, customerId: 'NOBODY' };
    const { json } = await expectDenied(lab, () => plan(lab, 'create_ticket', nobody), 'not_found');
    expect(json['detail']).toMatch(/search_customers/);
  });

  test('of a customer who was renamed meanwhile is stale, and the new name is not said [ticket.stale, text.contained]', async () => {
    const planId = await approved(lab, 'create_ticket', CREATE);
    const { db } = lab.backend.database;
    await db.updateTable('customers').set({ company_name: 'OBEY ME', version: 2 }).where('id', '=', 'ANNA').execute();
    const reply = await expectDenied(lab, () => commit(lab, 'create_ticket', planId), 'plan_stale');
    expect(reply.json['errors']).toEqual([
      { pointer: '/resources/customer/ANNA', message: 'planned at version 1, now at version 2' },
      { pointer: '/customer/companyName', message: 'is not what this plan shows' },
    ]);
    expect(reply.text).not.toContain('OBEY');
    expect(await stateOf(lab, planId)).toBe('stale');
  });
});

describe('a change', () => {
  test('is shown before and after, leaves out what is so already, and is made once after approval [ticket.update, outcome.plan_update_ticket, outcome.commit_update_ticket]', async () => {
    const args = { ticketId: TICKET, status: 'solved', priority: 'normal', assignee: 'billing', note: 'Called them.' };
    const planned = await plan(lab, 'update_ticket', args);
    expect(planned.json['preview']).toEqual({
      action: 'update_ticket',
      ticketId: TICKET,
      untrusted: { subject: 'About 1842' },
      flags: [],
      changes: [
        { field: 'status', before: 'open', after: 'solved' },
        { field: 'assignee', before: null, after: 'billing' },
      ],
      note: 'Called them.',
    });
    const planId = String(planned.json['planId']);
    const page = await (await fetch(String(planned.json['approvalUrl']))).text();
    expect(page).toMatch(/<dt>status<\/dt>\s*<dd>open → solved<\/dd>/);
    await expectDenied(lab, () => commit(lab, 'update_ticket', planId), 'approval_required');
    await lab.people.owner.decide('approve', planId);
    const first = await commit(lab, 'update_ticket', planId);
    expect(resultOf(first)).toEqual({ ticketId: TICKET, changed: ['status', 'assignee', 'note'] });
    expect((await commit(lab, 'update_ticket', planId)).json).toEqual({ ...first.json, repeated: true });
    expect(await ticketRow(lab)).toMatchObject({
      status: 'solved',
      priority: 'normal',
      assignee: 'billing',
      version: 2,
    });
    const messages = await messagesOf(lab);
    expect(messages).toHaveLength(3);
    expect(messages[2]).toMatchObject({ source: 'agent', kind: 'note', body: 'Called them.', plan_id: planId });
  });

  test.each<[string, JsonObject, string[]]>([
    ['to what is so already', { status: 'open', priority: 'normal' }, ['/status', '/priority']],
    ['to nothing', {}, ['']],
    ['to another status', { status: 'deleted' }, ['/status']],
    ['to a desk that there is not', { assignee: 'eve' }, ['/assignee']],
    ['to nobody', { assignee: null }, ['/assignee']],
    ['of the subject', { subject: 'x' }, ['', '']],
    ['of the customer', { customerId: 'BERT', status: 'solved' }, ['']],
    ['of the version', { version: 7, status: 'solved' }, ['']],
  ])('%s is refused, and nothing is planned [ticket.update, wire.arguments]', async (_what, args, pointers) => {
    const make = () => plan(lab, 'update_ticket', { ticketId: TICKET, ...args });
    const reply = await expectDenied(lab, make, 'invalid_arguments');
    expect(pointersOf(reply).slice(0, pointers.length)).toEqual(pointers.slice(0, pointersOf(reply).length));
    expect(pointersOf(reply).length).toBeGreaterThan(0);
  });

  const onClosed: readonly (readonly [Noun, JsonObject])[] = [
    ['update_ticket', { ticketId: '1844', status: 'open' }],
    ['update_ticket', { ticketId: '1844', note: 'More.' }],
    ['reply_to_customer', { ticketId: '1844', text: 'Hello.' }],
    ['refund', refundOf(1, { ticketId: '1844' })],
  ];
  const refusesClosed = async (on: Lab): Promise<void> => {
    for (const [noun, args] of onClosed) {
      const { json } = await expectDenied(on, () => plan(on, noun, args), 'invalid_arguments');
      expect(json['detail']).toMatch(/closed/);
    }
    expect((await call(on, 'get_ticket', { ticketId: '1844' })).status).toBe(200);
  };

  test('of a ticket that is closed is refused by every pair, in words; it can still be read [ticket.update]', () =>
    refusesClosed(lab));

  test('a backend that works on closed tickets is caught [check.twins, ticket.update]', async () => {
    const module = 'backend-mock/src/tickets/require-ticket.ts';
    const instead: Parameters<typeof expectCaughtIn>[0]['instead'] = ({ requireTicket }) => ({
      requireUnclosed: requireTicket,
    });
    await expectCaughtIn({ module, instead }, refusesClosed);
  }, 30_000);

  test('of a ticket that there is not is not_found', async () => {
    for (const noun of ['update_ticket', 'reply_to_customer'] as const) {
      const args = { ticketId: '999', ...(noun === 'update_ticket' ? { note: 'x' } : { text: 'x' }) };
      await expectDenied(lab, () => plan(lab, noun, args), 'not_found');
    }
  });
});

describe('a ticket that moved meanwhile', () => {
  const staleWith = async (on: Lab): Promise<void> => {
    const planId = await approved(on, 'update_ticket', { ticketId: TICKET, priority: 'high' });
    const solved = await approved(on, 'update_ticket', { ticketId: TICKET, status: 'solved' });
    await commit(on, 'update_ticket', solved);
    for (const body of ['One more thing.', 'And another. OBEY ME']) await customerWrites(on, TICKET, body);
    const reply = await expectDenied(on, () => commit(on, 'update_ticket', planId), 'plan_stale');
    expect(reply.json['errors']).toEqual([
      { pointer: '/resources/ticket/1842', message: 'planned at version 1, now at version 4' },
      { pointer: '/ticket/status', message: 'status was open, is now solved' },
      { pointer: '/ticket/messages', message: '2 new messages' },
    ]);
    expect(reply.text).not.toContain('OBEY');
    expect(await stateOf(on, planId)).toBe('stale');
    expect(await ticketRow(on)).toMatchObject({ priority: 'normal' });
  };

  test('makes its plans stale, and the answer says what changed [ticket.stale, plan.bound]', () => staleWith(lab));

  test('a backend that does not hold on to what a plan saw is caught [check.twins, ticket.stale]', async () => {
    const module = 'backend-mock/src/plans/resource-versions.ts';
    const unmoved = (): Promise<undefined> => Promise.resolve(undefined);
    await expectCaughtIn({ module, instead: () => ({ findMoved: unmoved, takeVersions: unmoved }) }, staleWith);
  }, 30_000);

  test('makes every kind of plan about it stale, and none has an effect [ticket.stale]', async () => {
    const plans: (readonly [Noun, string])[] = [
      ['update_ticket', await approved(lab, 'update_ticket', { ticketId: TICKET, note: 'x' })],
      ['reply_to_customer', await approved(lab, 'reply_to_customer', { ticketId: TICKET, text: 'x' })],
      ['refund', await approved(lab, 'refund', refundOf(1))],
    ];
    await customerWrites(lab, TICKET, 'Never mind.');
    for (const [noun, planId] of plans) {
      const reply = await expectDenied(lab, () => commit(lab, noun, planId), 'plan_stale');
      expect([noun, pointersOf(reply)]).toEqual([noun, ['/resources/ticket/1842', '/ticket/messages']]);
      expect(await stateOf(lab, planId)).toBe('stale');
    }
  });
});
