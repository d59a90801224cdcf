import { describe, expect, test } from '@jest/globals';
import { MESSAGE_MAX } from '@narrow-deputies/contracts/tickets';
import { planUpdateTicket } from '../src/tools/plan-update-ticket.ts';
import { ORDERS_TO_THE_MODEL, updatePlan } from './answers.ts';
import {
  answer,
  callTool,
  expectRefused,
  expectSigned,
  grantReply,
  newBackend,
  outsideUntrusted,
  problemReply,
  useMockedNetwork,
} from './support.ts';

const PATH = '/v1/tickets/plan_update_ticket';
const good = { ticketId: '1842', status: 'pending', assignee: 'billing', note: 'Waits for the carrier.' };

useMockedNetwork();

describe('plan_update_ticket', () => {
  test('sends the changes, signed, and gives the plan back with before and after', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, updatePlan]);
    const { content, isError } = await callTool(planUpdateTicket(newBackend()), good);
    expect(isError).toBe(false);
    expect(content).toEqual(updatePlan);
    expect(sent[0]?.body).toBe(
      '{"assignee":"billing","note":"Waits for the carrier.","status":"pending","ticketId":"1842"}',
    );
    expectSigned(sent[0]);
  });

  test.each([{ status: 'solved' }, { priority: 'urgent' }, { assignee: 'shipping' }, { note: 'Seen.' }])(
    'sends %j alone',
    async (change) => {
      answer('/oauth/token', grantReply());
      const sent = answer(PATH, [200, updatePlan]);
      await callTool(planUpdateTicket(newBackend()), { ticketId: '1842', ...change });
      expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ ticketId: '1842', ...change });
    },
  );

  test('keeps what the customer wrote under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, updatePlan]);
    const { content } = await callTool(planUpdateTicket(newBackend()), good);
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
  });

  test.each([
    ['no change', { ticketId: '1842' }, ''],
    ['a change of nothing', { ticketId: '1842', note: '' }, '/note'],
    ['no ticket', { status: 'solved' }, '/ticketId'],
    ['several tickets', { ...good, ticketId: ['1842', '1843'] }, '/ticketId'],
    ['a status that is not on the list', { ...good, status: 'deleted' }, '/status'],
    ['a desk that is not on the list', { ...good, assignee: 'mara@example.com' }, '/assignee'],
    ['a priority by number', { ...good, priority: 1 }, '/priority'],
    ['a note that hides something', { ...good, note: 'Waits\u200Bhere' }, '/note'],
    ['a note without an end', { ...good, note: 'Waits'.repeat(MESSAGE_MAX) }, '/note'],
    ['another subject', { ...good, subject: 'Something else' }, '/subject'],
    ['another customer', { ...good, customerId: 'OTHER1' }, '/customerId'],
  ])('refuses %s, and it is reported', async (_what, args, pointer) => {
    await expectRefused(planUpdateTicket(newBackend()), args, pointer);
  });

  test('gives a denial of the backend on and does not report it as its own', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('task_mismatch'));
    const { content, refusals } = await callTool(planUpdateTicket(newBackend()), good);
    expect(content).toMatchObject({ code: 'task_mismatch', auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });
});
