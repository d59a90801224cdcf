import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { RefundPreview, ReplyPreview, UpdateTicketPreview } from '@narrow-deputies/contracts/tickets';
import { previewLines } from '../../src/plans/preview-lines.ts';

const lines = (preview: object, contents: Record<string, string> = {}): [string, string][] =>
  previewLines(preview as JsonObject, contents).map(({ label, value }) => [label, value]);

const FLAG = { field: 'companyName', codePoint: 'U+202E', name: 'RIGHT-TO-LEFT OVERRIDE', count: 2 };

describe('a preview as lines [approval.page]', () => {
  test('names every field in words, and what is not set or empty', () => {
    expect(
      lines({ contentDigest: 'x', date: null, tags: ['a', 'b'], links: [], count: 0, sure: true, not: false }),
    ).toEqual([
      ['content digest', 'x'],
      ['date', '-'],
      ['tags', 'a, b'],
      ['links', 'none'],
      ['count', '0'],
      ['sure', 'yes'],
      ['not', 'no'],
    ]);
  });

  test('an update is what was and what will be, a line each [ticket.update]', () => {
    const preview: UpdateTicketPreview = {
      action: 'update_ticket',
      ticketId: '1842',
      untrusted: { subject: 'Broken cup' },
      flags: [],
      changes: [
        { field: 'status', before: 'open', after: 'solved' },
        { field: 'assignee', before: null, after: 'billing' },
      ],
      note: 'Called them.',
    };
    expect(lines(preview, { note: 'Called them.' })).toEqual([
      ['action', 'update_ticket'],
      ['ticket id', '1842'],
      ['subject (from outside)', 'Broken cup'],
      ['hidden characters (from outside)', 'none'],
      ['status', 'open → solved'],
      ['assignee', '- → billing'],
      ['note', 'below, as the exact text (note)'],
    ]);
    expect(lines({ ...preview, changes: [] })).toContainEqual(['changes', 'none']);
    expect(lines(preview)).toContainEqual(['note', 'Called them.']);
  });

  test('a reply names whom it goes to, by what came from outside and what did not', () => {
    const preview: ReplyPreview = {
      action: 'reply_to_customer',
      ticketId: '1842',
      untrusted: { subject: 'Broken cup' },
      flags: [FLAG],
      to: { customerId: 'ANNA', untrusted: { companyName: 'Anna', contactName: null }, email: 'a•••@•••.example' },
      text: 'One.\nTwo.',
      contentDigest: `sha-256:${'0'.repeat(64)}`,
      messagesBefore: 3,
    };
    expect(lines(preview, { reply: 'One.\nTwo.' })).toEqual([
      ['action', 'reply_to_customer'],
      ['ticket id', '1842'],
      ['subject (from outside)', 'Broken cup'],
      ['hidden characters (from outside)', 'U+202E RIGHT-TO-LEFT OVERRIDE in company name, 2 times'],
      ['to: customer id', 'ANNA'],
      ['to: company name (from outside)', 'Anna'],
      ['to: contact name (from outside)', '-'],
      ['to: email', 'a•••@•••.example'],
      ['text', 'below, as the exact text (reply)'],
      ['content digest', preview.contentDigest],
      ['messages before', '3'],
    ]);
    // A text that differs from the one below by one character is shown itself.
    expect(lines(preview, { reply: 'One.\nTwo' })).toContainEqual(['text', 'One.\nTwo.']);
  });

  test('a refund is in money that people read [ticket.refund]', () => {
    const preview: RefundPreview = {
      action: 'refund',
      ticketId: '1842',
      untrusted: { subject: 'Broken cup' },
      flags: [],
      customer: { customerId: 'ANNA', untrusted: { companyName: 'Anna', contactName: 'A' } },
      orderId: '10248',
      refund: { amount: 1250, currency: 'EUR' },
      orderTotal: { amount: 44000, currency: 'EUR' },
      refundedBefore: 5,
      refundedAfter: 1255,
      leftAfter: 42745,
      reason: 'Damaged.',
    };
    expect(lines(preview).slice(-7)).toEqual([
      ['order id', '10248'],
      ['refund', '12.50 EUR'],
      ['order total', '440.00 EUR'],
      ['refunded before', '0.05 EUR'],
      ['refunded after', '12.55 EUR'],
      ['left after', '427.45 EUR'],
      ['reason', 'Damaged.'],
    ]);
    const yen = { refund: { amount: 1250, currency: 'JPY' }, leftAfter: 3 };
    expect(lines(yen)).toEqual([
      ['refund', '1250 JPY'],
      ['left after', '3 JPY'],
    ]);
  });

  test('lists of structures are numbered where there are several', () => {
    expect(lines({ filter: { country: 'Peru' }, hits: [{ name: 'a' }, { name: 'b' }], one: [{ name: 'c' }] })).toEqual([
      ['filter: country', 'Peru'],
      ['hits 1: name', 'a'],
      ['hits 2: name', 'b'],
      ['one: name', 'c'],
    ]);
  });

  test('whatever hides is written out, in a value, a list, a name and what came from outside [text.labelled]', () => {
    const shown = lines({
      text: 'a\u202Eb',
      list: ['c\u200Bd'],
      'e\u2066f': 1,
      untrusted: { name: '\u001B[2Jg' },
      changes: [{ field: 'status', before: 'h\u200E', after: 'i' }],
    });
    expect(shown.map((line) => line.join('='))).toEqual([
      'text=a⟦U+202E⟧b',
      'list=c⟦U+200B⟧d',
      'e⟦U+2066⟧f=1',
      'name (from outside)=⟦U+001B⟧[2Jg',
      'status=h⟦U+200E⟧ → i',
    ]);
  });
});
