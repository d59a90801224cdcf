import { describe, expect, test } from '@jest/globals';
import { MESSAGE_MAX } from '@narrow-deputies/contracts/tickets';
import { planReplyToCustomer } from '../src/tools/plan-reply-to-customer.ts';
import { ORDERS_TO_THE_MODEL, replyPlan } from './answers.ts';
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

const PATH = '/v1/tickets/plan_reply_to_customer';
const good = { ticketId: '1842', text: 'Dear Mara,\nyour parcel is on its way.' };

useMockedNetwork();

describe('plan_reply_to_customer', () => {
  test('sends the text, signed, and gives the plan back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, replyPlan]);
    const { content, isError } = await callTool(planReplyToCustomer(newBackend()), good);
    expect(isError).toBe(false);
    expect(content).toEqual(replyPlan);
    expect(sent[0]?.body).toBe('{"text":"Dear Mara,\\nyour parcel is on its way.","ticketId":"1842"}');
    expectSigned(sent[0]);
  });

  test.each(['  two blanks before, a tab\tinside  \n', 'سلام، می‌خواهم', 'Naïve café ☕️ 👩‍💻', '<b>&amp;</b> ${x} {{y}}'])(
    'sends %j exactly as it was written',
    async (text) => {
      answer('/oauth/token', grantReply());
      const sent = answer(PATH, [200, replyPlan]);
      await callTool(planReplyToCustomer(newBackend()), { ticketId: '1842', text });
      expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ ticketId: '1842', text });
    },
  );

  test('keeps what the customer wrote under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, replyPlan]);
    const { content } = await callTool(planReplyToCustomer(newBackend()), good);
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
  });

  test.each([
    ['no text', { text: '' }, '/text'],
    ['a blank text', { text: '\n\t  \n  ' }, '/text'],
    ['a text that hides something', { text: 'Your\u200Bparcel' }, '/text'],
    ['a text that turns around', { text: 'Your\u202Elecrap' }, '/text'],
    ['a text with tags that only a model reads', { text: 'Parcel\u{E0041}\u{E0042}' }, '/text'],
    ['a text without an end', { text: 'Parcel'.repeat(MESSAGE_MAX) }, '/text'],
    ['a text that is none', { text: { html: 'Your parcel' } }, '/text'],
    ['another reader', { to: 'somebody@example.com' }, '/to'],
    ['a copy', { cc: ['somebody@example.com'] }, '/cc'],
    ['a file', { attachment: 'https://example.com/file' }, '/attachment'],
    ['a ticket by a path', { ticketId: '../1842' }, '/ticketId'],
  ])('refuses %s, and it is reported', async (_what, change, pointer) => {
    await expectRefused(planReplyToCustomer(newBackend()), { ...good, ...change }, pointer);
  });

  test('gives a denial of the backend on and does not report it as its own', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('denied_by_policy', { conditions: ['a reviewer'] }));
    const { content, refusals } = await callTool(planReplyToCustomer(newBackend()), good);
    expect(content).toMatchObject({ code: 'denied_by_policy', conditions: ['a reviewer'], auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });
});
