import { describe, expect, test } from '@jest/globals';
import { getTicket } from '../src/tools/get-ticket.ts';
import { ORDERS_TO_THE_MODEL, ticket } from './answers.ts';
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

const PATH = '/v1/tickets/get_ticket';

useMockedNetwork();

describe('get_ticket', () => {
  test('sends the id, signed, and gives the ticket back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, ticket]);
    const { content, isError } = await callTool(getTicket(newBackend()), { ticketId: '1842' });
    expect(isError).toBe(false);
    expect(content).toEqual(ticket);
    expect(sent[0]?.body).toBe('{"ticketId":"1842"}');
    expectSigned(sent[0]);
  });

  test('keeps what was written outside under untrusted, whoever quotes it [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, ticket]);
    const { content } = await callTool(getTicket(newBackend()), { ticketId: '1842' });
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
  });

  test('makes visible what the backend forgot [text.labelled]', async () => {
    const [message] = ticket.thread;
    const thread = [{ ...message, untrusted: { text: 'a\u202Eb\u001B[2J \u{E0041}' } }];
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { ...ticket, thread }]);
    const { content } = await callTool(getTicket(newBackend()), { ticketId: '1842' });
    expect(content).toMatchObject({ thread: [{ untrusted: { text: 'a⟦U+202E⟧b⟦U+001B⟧[2J ⟦U+E0041⟧' } }] });
  });

  test.each([
    ['contact data', { customer: { ...ticket.customer, email: 'mara@lindenhof.example' } }],
    ['text without its label', { thread: [{ ...ticket.thread[0], text: 'mara@lindenhof.example' }] }],
    ['a message from nobody known', { thread: [{ ...ticket.thread[0], from: 'mara@lindenhof.example' }] }],
  ])('gives nothing of an answer on that holds %s', async (_what, more) => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { ...ticket, ...more }]);
    const { content, isError } = await callTool(getTicket(newBackend()), { ticketId: '1842' });
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(content)).not.toContain('lindenhof');
  });

  test('gives not_found on', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('not_found'));
    const { content, refusals } = await callTool(getTicket(newBackend()), { ticketId: '9999' });
    expect(content).toMatchObject({ code: 'not_found', auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });

  test.each(['', '../1842', '1842/../1843', '-1842', '1842%00', '1842\u200B', '1'.repeat(41), 1842, ['1842'], null])(
    'refuses the id %j, and it is reported',
    async (ticketId) => {
      await expectRefused(getTicket(newBackend()), { ticketId }, '/ticketId');
    },
  );
});
