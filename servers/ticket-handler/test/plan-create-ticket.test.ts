import { describe, expect, test } from '@jest/globals';
import { MESSAGE_MAX, SUBJECT_MAX } from '@narrow-deputies/contracts/tickets';
import { planCreateTicket } from '../src/tools/plan-create-ticket.ts';
import { createPlan, ORDERS_TO_THE_MODEL } from './answers.ts';
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

const PATH = '/v1/tickets/plan_create_ticket';
const good = { customerId: 'LINDE', subject: 'Parcel damaged', text: 'The customer sent photos.', priority: 'high' };

useMockedNetwork();

describe('plan_create_ticket', () => {
  test('sends the ticket, signed, and gives the plan back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, createPlan]);
    const { content, isError } = await callTool(planCreateTicket(newBackend()), good);
    expect(isError).toBe(false);
    expect(content).toEqual(createPlan);
    expect(sent[0]?.body).toBe(
      '{"customerId":"LINDE","priority":"high","subject":"Parcel damaged","text":"The customer sent photos."}',
    );
    expectSigned(sent[0]);
  });

  test('keeps what the customer wrote under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, createPlan]);
    const { content } = await callTool(planCreateTicket(newBackend()), good);
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
  });

  test.each([
    ['a customer by a path', { customerId: '../LINDE' }, '/customerId'],
    ['a subject of two lines', { subject: 'Parcel\ndamaged' }, '/subject'],
    ['a subject that hides something', { subject: 'Parcel\u202Edamaged' }, '/subject'],
    ['a subject without a word', { subject: '      ' }, '/subject'],
    ['a subject without an end', { subject: 'Parcel'.repeat(SUBJECT_MAX) }, '/subject'],
    ['a text that hides something', { text: 'Photos\u200Bsent' }, '/text'],
    ['a text that moves a terminal', { text: 'Photos\u001B[2Jsent' }, '/text'],
    ['a text without an end', { text: 'Photos'.repeat(MESSAGE_MAX) }, '/text'],
    ['no text', { text: '' }, '/text'],
    ['a priority that is not on the list', { priority: 'highest' }, '/priority'],
    ['a status of its own', { status: 'solved' }, '/status'],
    ['an author of its own', { from: 'customer' }, '/from'],
  ])('refuses %s, and it is reported', async (_what, change, pointer) => {
    await expectRefused(planCreateTicket(newBackend()), { ...good, ...change }, pointer);
  });

  test('says which character is hidden', async () => {
    const { content } = await callTool(planCreateTicket(newBackend()), { ...good, text: 'Photos\u200Bsent' });
    expect(content['errors']).toEqual([{ pointer: '/text', message: expect.stringContaining('U+200B') }]);
  });

  test('gives a denial of the backend on and does not report it as its own', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('too_many_plans'));
    const { content, refusals } = await callTool(planCreateTicket(newBackend()), good);
    expect(content).toMatchObject({ code: 'too_many_plans', auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });
});
