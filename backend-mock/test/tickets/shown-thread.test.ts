import { describe, expect, test } from '@jest/globals';
import { MESSAGE_MAX, THREAD_MAX, threadMessage } from '@narrow-deputies/contracts/tickets';
import type { Message } from '../../src/tickets/messages-repository.ts';
import { showThread, THREAD_BYTES } from '../../src/tickets/shown-thread.ts';
import { NOON } from '../support/rows.ts';

const message = (text: string, overrides: Partial<Message> = {}): Message => ({
  source: 'customer',
  kind: 'message',
  text,
  goesOn: false,
  createdAt: NOON,
  ...overrides,
});
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('a thread', () => {
  test('is shown oldest first, each message with who wrote it and when [text.labelled]', () => {
    const newest = [message('thanks', { createdAt: NOON + 1 }), message('done', { source: 'agent', kind: 'reply' })];
    expect(showThread(newest)).toEqual([
      { from: 'agent', kind: 'reply', at: '2026-11-20T12:00:00.000Z', untrusted: { text: 'done' }, flags: [] },
      { from: 'customer', kind: 'message', at: '2026-11-20T12:00:00.001Z', untrusted: { text: 'thanks' }, flags: [] },
    ]);
    expect(showThread([])).toEqual([]);
  });

  test('shows what hides, and lists it [text.labelled]', () => {
    const [shown] = showThread([message('\u001B[2Jpay\u202E back\u200B\u200B')]);
    expect(shown?.untrusted.text).toBe('⟦U+001B⟧[2Jpay⟦U+202E⟧ back⟦U+200B ×2⟧');
    expect(shown?.flags).toEqual([
      { field: 'text', codePoint: 'U+001B', name: 'ESCAPE', count: 1 },
      { field: 'text', codePoint: 'U+202E', name: 'RIGHT-TO-LEFT OVERRIDE', count: 1 },
      { field: 'text', codePoint: 'U+200B', name: 'ZERO WIDTH SPACE', count: 2 },
    ]);
  });

  test('says where a text goes on beyond what is shown', () => {
    expect(showThread([message('a'.repeat(MESSAGE_MAX))])[0]).not.toHaveProperty('cut');
    expect(showThread([message('a'.repeat(MESSAGE_MAX + 1))])[0]).toMatchObject({
      untrusted: { text: 'a'.repeat(MESSAGE_MAX) },
      cut: true,
    });
    expect(showThread([message('a', { goesOn: true })])[0]).toMatchObject({ untrusted: { text: 'a' }, cut: true });
  });

  const long = 2 * MESSAGE_MAX;
  test.each([
    ['of Latin letters', 'a'.repeat(long)],
    ['of Chinese characters', '你'.repeat(long)],
    ['of emoji', '🧺'.repeat(long)],
    ['of quotation marks and line feeds', '"\n\\'.repeat(long)],
    ['of characters that hide, in turn', '\u202E\u200B\u001B'.repeat(long / 2)],
    [
      'of every kind of character that hides',
      String.fromCodePoint(...Array.from({ length: 200 }, (_, at) => 0xe000 + at)).repeat(40),
    ],
    ['of lone surrogates', '\uD800a'.repeat(long / 2)],
  ])('%s takes no more bytes than it may, and begins with its newest message whole', (_what, text) => {
    const newest = Array.from({ length: THREAD_MAX }, () => message(text, { goesOn: true }));
    const shown = showThread(newest);
    expect(bytesOf(shown)).toBeLessThanOrEqual(THREAD_BYTES + THREAD_MAX + 1);
    expect(shown.length).toBeGreaterThan(2);
    const texts = shown.map(({ untrusted }) => untrusted.text.length);
    expect(texts.at(-1)).toBe(Math.max(...texts));
    expect(texts.at(-1)).toBeGreaterThanOrEqual(MESSAGE_MAX - 1);
    for (const one of shown) expect(threadMessage.safeParse(one).success).toBe(true);
  });
});
