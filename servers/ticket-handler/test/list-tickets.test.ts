import { describe, expect, test } from '@jest/globals';
import { listTickets } from '../src/tools/list-tickets.ts';
import { ORDERS_TO_THE_MODEL, ticketPage } from './answers.ts';
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

const PATH = '/v1/tickets/list_tickets';

useMockedNetwork();

describe('list_tickets', () => {
  test('sends nothing but what was asked for, signed, and gives the page back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, ticketPage]);
    const { content, isError } = await callTool(listTickets(newBackend()), {});
    expect(isError).toBe(false);
    expect(content).toEqual(ticketPage);
    expect(sent[0]?.path).toBe(PATH);
    expect(sent[0]?.body).toBe('{}');
    expectSigned(sent[0]);
  });

  test('sends every filter in canonical order', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, { tickets: [] }]);
    const filters = { status: 'open', priority: 'urgent', assignee: 'first-line', customerId: 'LINDE' };
    await callTool(listTickets(newBackend()), { ...filters, limit: 5, cursor: ticketPage.nextCursor });
    expect(sent[0]?.body).toBe(
      `{"assignee":"first-line","cursor":"${ticketPage.nextCursor}","customerId":"LINDE","limit":5,"priority":"urgent","status":"open"}`,
    );
  });

  test('keeps what was written outside under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, ticketPage]);
    const { content } = await callTool(listTickets(newBackend()), {});
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
    expect(outsideUntrusted({ ...content, note: ORDERS_TO_THE_MODEL }, ORDERS_TO_THE_MODEL)).toEqual(['/note']);
  });

  test('gives nothing of an answer on that holds outside text in another place', async () => {
    const [first] = ticketPage.tickets;
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { tickets: [{ ...first, subject: ORDERS_TO_THE_MODEL }] }]);
    const { content, isError } = await callTool(listTickets(newBackend()), {});
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(content)).not.toContain('Ignore');
  });

  test.each([
    ['a status that is not on the list', { status: 'deleted' }, '/status'],
    ['a priority that is not on the list', { priority: 'highest' }, '/priority'],
    ['a desk that is not on the list', { assignee: 'mara@example.com' }, '/assignee'],
    ['several at once', { status: ['open', 'open'] }, '/status'],
    ['a customer by a path', { customerId: '../LINDE' }, '/customerId'],
    ['a page of none', { limit: 0 }, '/limit'],
    ['a page of more than twenty', { limit: 21 }, '/limit'],
    ['a cursor that is none', { cursor: 'offset=100' }, '/cursor'],
    ['a query language', { where: '1=1 or status' }, '/where'],
  ])('refuses %s, and it is reported', async (_what, args, pointer) => {
    await expectRefused(listTickets(newBackend()), args, pointer);
  });

  test('gives a denial of the backend on and does not report it as its own', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('rate_limited', { retryAfter: 7 }));
    const { content, refusals } = await callTool(listTickets(newBackend()), {});
    expect(content).toMatchObject({ code: 'rate_limited', retryAfter: 7, auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });
});
