import { describe, expect, test } from '@jest/globals';
import { Remarks } from '../../src/data/faults.ts';
import { readTickets, type TicketRecord } from '../../src/data/read-tickets.ts';
import { fileOf } from './files.ts';

const MESSAGE = { from: 'customer', kind: 'message', at: '2026-11-02T09:00:00.000Z', text: 'Hello' };
const TICKET = {
  id: '1801',
  customerId: 'C1',
  subject: 'A question',
  status: 'open',
  priority: 'normal',
  assignee: null,
  messages: [MESSAGE],
};

async function read(content: unknown): Promise<{ tickets: TicketRecord[]; faults: string[] }> {
  const faults = new Remarks();
  const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  const tickets = await readTickets(fileOf(text, 'tickets.json'), new Set(['C1']), faults);
  return { tickets, faults: faults.listed.map(({ line, column, message }) => `${line ?? column ?? '-'} ${message}`) };
}

const withMessages = (...messages: readonly object[]): unknown => [
  { ...TICKET, messages: messages.map((message) => ({ ...MESSAGE, ...message })) },
];

describe('tickets of a fixtures file', () => {
  test('are read with their threads, times in milliseconds [data.fixtures]', async () => {
    const { tickets, faults } = await read([TICKET]);
    expect(faults).toEqual([]);
    expect(tickets).toEqual([{ ...TICKET, messages: [{ ...MESSAGE, at: Date.UTC(2026, 10, 2, 9) }] }]);
  });

  test.each<[string, unknown, string]>([
    ['an unknown field', [{ ...TICKET, subiect: 1 }], '/0 Has unknown fields: "subiect".'],
    ['an unknown status', [{ ...TICKET, status: 'gone' }], '/0/status Invalid option'],
    ['no message', [{ ...TICKET, messages: [] }], '/0/messages Too small'],
    ['a wrong time', withMessages({ at: 'yesterday' }), '/0/messages/0/at Invalid ISO datetime'],
    [
      'messages out of order',
      withMessages({}, { at: '2026-11-01T09:00:00Z' }),
      '/0/messages Are in the order of their times.',
    ],
    ['a customer who replies', withMessages({ kind: 'reply' }), '/0/messages/0 Customers write messages'],
    ['a NUL', withMessages({ text: 'a\0b' }), '/0/messages/0/text Holds a NUL character'],
    ['half a character', withMessages({ text: '\uD83D' }), '/0/messages/0/text Holds a NUL character or half'],
    ['an unknown customer', [{ ...TICKET, customerId: 'C2' }], '/0/customerId There is no customer "C2".'],
    ['an id twice', [TICKET, TICKET], '/1/id The id "1801" stands in the file already.'],
    ['something else', [TICKET, 5], '/1 Invalid input'],
    ['no array', { tickets: [] }, '- Is not a JSON array in UTF-8.'],
    ['no JSON', '[\n{]', '2 Is not a JSON array in UTF-8.'],
    ['a comment', '[] // none', '1 Is not a JSON array in UTF-8.'],
    ['nothing', '', '1 Is not a JSON array in UTF-8.'],
  ])('%s is a fault by its place', async (_name, content, expected) => {
    const { faults } = await read(content);
    expect(faults[0]).toContain(expected);
  });
});
