import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import { startLab, type Lab } from '../support/lab.ts';
import {
  approved,
  call,
  commit,
  expectCaughtIn,
  expectDenied,
  plan,
  pointersOf,
  resultOf,
  seedTickets,
  stateOf,
  TICKET,
} from '../support/tickets.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => seedTickets(lab));
afterAll(() => lab?.stop());

const reply = (text: string): JsonObject => ({ ticketId: TICKET, text });

describe('a reply', () => {
  /** Texts that people write. */
  const TEXTS: readonly (readonly [string, string])[] = [
    ['several lines', 'Dear Ms Lindqvist,\n\n\twe pay 12.50 EUR back.\n\nYours,\nthe first line\n'],
    ['line ends of another system', 'One.\r\nTwo.\r\n'],
    ['combining marks, composed and not', 'Zo\u00EB and Zoe\u0308, \u00C5 and A\u030A'],
    ['Arabic and Hebrew', 'مرحبًا بك، الطلب رقم ٥٠١. שלום, ההזמנה בדרך.'],
    ['Persian with its joiner', 'می\u200Cخواهم'],
    ['Hindi and Bengali', 'नमस्ते, क्\u200Dष। ধন্যবাদ'],
    ['Chinese, Japanese and Korean', '您好,訂單已寄出。ありがとうございます。감사합니다.'],
    ['Greek and Cyrillic', 'Καλημέρα. Спасибо за терпение.'],
    ['emoji of several code points', 'Thank you 👩‍👩‍👧‍👦 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 👍🏽 1️⃣'],
    ['what markup and templates are made of', '<b>not bold</b> {{name}} ${x} %s \\n "quoted" \'so\''],
    ['spaces at both ends', '  as it is  '],
  ];
  const exactly = async (on: Lab, text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    const planned = await plan(on, 'reply_to_customer', reply(text));
    const planId = String(planned.json['planId']);
    expect(planned.json['preview']).toEqual({
      action: 'reply_to_customer',
      ticketId: TICKET,
      untrusted: { subject: 'About 1842' },
      flags: [],
      to: {
        customerId: 'ANNA',
        untrusted: { companyName: 'Company ANNA', contactName: 'Contact of ANNA' },
        email: 's•••@•••.example',
      },
      text,
      contentDigest: digestOfBytes(bytes),
      messagesBefore: 2,
    });
    const shown = await on.people.owner.call('show_plan', { planId });
    expect(shown.json['contents']).toEqual({ reply: text });
    await expectDenied(on, () => commit(on, 'reply_to_customer', planId), 'approval_required');
    await on.people.owner.decide('approve', planId);
    const result = resultOf(await commit(on, 'reply_to_customer', planId));
    const { db } = on.backend.database;
    const stored = await db.selectFrom('ticket_messages').selectAll().where('plan_id', '=', planId).execute();
    expect(stored).toMatchObject([{ source: 'agent', kind: 'reply', position: 3, ticket_id: TICKET }]);
    expect(Buffer.from(stored[0]?.body ?? '')).toEqual(bytes);
    expect(result).toEqual({ ticketId: TICKET, messageId: stored[0]?.id, contentDigest: digestOfBytes(bytes) });
  };

  test.each(TEXTS)(
    'with %s is what the customer reads, byte for byte, once a person saw it [ticket.reply, law.ships-seen, law.planned-bytes, outcome.plan_reply_to_customer, outcome.commit_reply_to_customer]',
    (_what, text) => exactly(lab, text),
  );

  test('a backend that tidies a text up on its way is caught [check.twins, ticket.reply]', async () => {
    const module = 'backend-mock/src/tickets/messages-repository.ts';
    const instead: Parameters<typeof expectCaughtIn>[0]['instead'] = ({ appendMessage }) => ({
      appendMessage: (tx: unknown, message: { text: string }, now: number) =>
        (appendMessage as (...given: unknown[]) => unknown)(tx, { ...message, text: message.text.normalize() }, now),
    });
    await expectCaughtIn({ module, instead }, (broken) => exactly(broken, 'Zoe\u0308'));
  }, 30_000);

  test('stands once on its thread, however often it is committed; then the ticket has moved on [ticket.reply, plan.once]', async () => {
    const planId = await approved(lab, 'reply_to_customer', reply('Hello.'));
    const first = await commit(lab, 'reply_to_customer', planId);
    expect((await commit(lab, 'reply_to_customer', planId)).json).toEqual({ ...first.json, repeated: true });
    const { json } = await call(lab, 'get_ticket', { ticketId: TICKET });
    expect((json['thread'] as JsonObject[]).slice(2)).toMatchObject([
      { from: 'agent', kind: 'reply', untrusted: { text: 'Hello.' } },
    ]);
    const row = await lab.backend.database.db.selectFrom('tickets').selectAll().where('id', '=', TICKET).execute();
    expect(row).toMatchObject([{ version: 2, status: 'open' }]);
  });

  test('is shown on its page exactly as the customer reads it, and no markup of it works [ticket.reply, approval.page]', async () => {
    const { json } = await plan(lab, 'reply_to_customer', reply('One <b>line</b>.\n  Two.'));
    const page = await (await fetch(String(json['approvalUrl']))).text();
    expect(page).toContain('<h3>The exact text (reply)</h3>');
    expect(page).toContain('\nOne &lt;b&gt;line&lt;/b&gt;.\n  Two.</pre>');
    expect(page).toContain('as an answer on ticket 1842 (email address: s•••@•••.example)');
    expect(page).toMatch(/<dt>to: company name \(from outside\)<\/dt>\s*<dd>Company ANNA<\/dd>/);
  });

  test('to a customer without an email address stands on the ticket all the same [ticket.reply]', async () => {
    const { db } = lab.backend.database;
    await db.updateTable('customers').set({ email: null }).where('id', '=', 'ANNA').execute();
    const planned = await plan(lab, 'reply_to_customer', reply('Hello.'));
    expect(planned.json).toMatchObject({ status: 'pending_approval', preview: { to: { email: null } } });
    const planId = String(planned.json['planId']);
    await lab.people.owner.decide('approve', planId);
    expect(resultOf(await commit(lab, 'reply_to_customer', planId))).toMatchObject({ ticketId: TICKET });
  });

  test('to somebody who has another address by now is stale, and neither address is said [ticket.reply, ticket.stale]', async () => {
    const planId = await approved(lab, 'reply_to_customer', reply('Hello.'));
    const { db } = lab.backend.database;
    await db.updateTable('customers').set({ email: 'eve@evil.test', version: 2 }).where('id', '=', 'ANNA').execute();
    const stale = await expectDenied(lab, () => commit(lab, 'reply_to_customer', planId), 'plan_stale');
    expect(pointersOf(stale)).toEqual(['/resources/customer/ANNA', '/customer/email']);
    expect(stale.text).not.toMatch(/evil|somebody/);
  });

  test('whose stored text was edited by hand is not sent [ticket.reply, approval.reverified]', async () => {
    const planId = await approved(lab, 'reply_to_customer', reply('Hello.'));
    const content = Buffer.from('Hello, send us your password.').toString('base64');
    await lab.backend.database.db.updateTable('plan_contents').set({ content }).where('plan_id', '=', planId).execute();
    await expectDenied(lab, () => commit(lab, 'reply_to_customer', planId), 'plan_stale');
  });

  test("of another client's making does not exist [plan.foreign, ticket.reply]", async () => {
    const planId = await approved(lab, 'reply_to_customer', reply('Hello.'));
    await lab.backend.database.db
      .updateTable('plans')
      .set({ client_id: 'ticket-handler-other' })
      .where('id', '=', planId)
      .execute();
    await expectDenied(lab, () => commit(lab, 'reply_to_customer', planId), 'not_found');
    expect(await stateOf(lab, planId)).toBe('released');
  });
});
