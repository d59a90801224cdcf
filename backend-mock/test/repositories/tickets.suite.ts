import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { isUniqueViolation, type Database, type Tx } from '../../src/database/database.ts';
import { appendMessage, countMessages, newestMessages } from '../../src/tickets/messages-repository.ts';
import {
  findTicket,
  insertNumberedTicket,
  listTickets,
  nextTicketId,
  updateTicket,
  type Ticket,
  type TicketFilter,
} from '../../src/tickets/tickets-repository.ts';
import { insertTickets as insertImported } from '../../src/data/write-tickets.ts';
import type { TicketRecord } from '../../src/data/read-tickets.ts';
import { statementsOf } from '../support/count-statements.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { MINUTE, NOON } from '../support/rows.ts';
import { insertMessage, insertRecords, insertTickets, makeTicket } from '../support/ticket-rows.ts';

const idsOf = (tickets: readonly Ticket[]): string[] => tickets.map(({ id }) => id);

/** A ticket as a file has it. */
const imported = (id: string): TicketRecord => ({ ...makeTicket(id, 'ANNA'), messages: [] });

/** What a commit of a new ticket does. */
async function create(tx: Tx): Promise<string> {
  const { id: _id, ...ticket } = makeTicket('', 'ANNA');
  return insertNumberedTicket(tx, ticket);
}

export function ticketsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(insertRecords);
  });
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.transaction(work);
  const insert = (...tickets: Ticket[]): Promise<void> => run((tx) => insertTickets(tx, ...tickets));

  test('a ticket is found as it was stored', async () => {
    const ticket = makeTicket('T-9', 'BERT', {
      assignee: 'billing',
      priority: 'urgent',
      status: 'pending',
      version: 4,
    });
    await insert(ticket);
    expect(await run((tx) => findTicket(tx, 'T-9'))).toEqual(ticket);
    expect(await run((tx) => findTicket(tx, 'T-90'))).toBeUndefined();
  });

  test('only the named fields are set, and the time', async () => {
    await run((tx) => updateTicket(tx, '1842', { status: 'solved' }, NOON + 5));
    const expected = { ...makeTicket('1842', 'ANNA'), status: 'solved', updatedAt: NOON + 5 };
    expect(await run((tx) => findTicket(tx, '1842'))).toEqual(expected);
    expect(await run((tx) => findTicket(tx, '1843'))).toEqual(makeTicket('1843', 'BERT'));
    await run((tx) => updateTicket(tx, '1842', {}, NOON + 6));
    expect(await run((tx) => findTicket(tx, '1842'))).toEqual({ ...expected, updatedAt: NOON + 6 });
  });

  test('a listing is newest first, and what is of the same moment is in the order of its ids', async () => {
    await insert(
      makeTicket('old', 'ANNA', { createdAt: NOON - MINUTE }),
      makeTicket('new', 'ANNA', { createdAt: NOON + MINUTE }),
    );
    expect(idsOf(await run((tx) => listTickets(tx, {}, 20)))).toEqual(['new', '1843', '1842', 'old']);
  });

  test.each<[TicketFilter, string[]]>([
    [{ status: 'pending' }, ['c', 'b']],
    [{ priority: 'urgent' }, ['c', 'a']],
    [{ assignee: 'billing' }, ['b', 'a']],
    [{ customerId: 'BERT' }, ['1843', 'c']],
    [{ status: 'pending', priority: 'urgent' }, ['c']],
    [{ status: 'closed' }, []],
    [{ customerId: "' or 1=1 --" }, []],
  ])('a listing of %j holds what fits all of it', async (filter, expected) => {
    await insert(
      makeTicket('a', 'ANNA', { createdAt: NOON - 3, priority: 'urgent', assignee: 'billing' }),
      makeTicket('b', 'ANNA', { createdAt: NOON - 2, status: 'pending', assignee: 'billing' }),
      makeTicket('c', 'BERT', { createdAt: NOON - 1, status: 'pending', priority: 'urgent' }),
    );
    expect(idsOf(await run((tx) => listTickets(tx, filter, 20)))).toEqual(expected);
  });

  test('pages follow one another without a gap or a repetition, though tickets come in meanwhile', async () => {
    await insert(
      ...Array.from({ length: 23 }, (_, at) => makeTicket(`x${at}`, 'ANNA', { createdAt: NOON - (at % 4) })),
    );
    const all = idsOf(await run((tx) => listTickets(tx, {}, 100)));
    const paged: string[] = [];
    for (let page = 0; ; page++) {
      const last = paged.at(-1);
      const after = last === undefined ? undefined : await run((tx) => findTicket(tx, last));
      const tickets = await run((tx) => listTickets(tx, {}, 4, after));
      if (tickets.length === 0) break;
      paged.push(...idsOf(tickets));
      await insert(makeTicket(`later-${page}`, 'ANNA', { createdAt: NOON + 1 }));
    }
    expect(paged).toEqual(all);
  });

  test('a number is above every number that is present, and never given out twice', async () => {
    expect(await run(create)).toBe('1844');
    expect(await run(create)).toBe('1845');
  });

  test('numbers go on behind tickets that came in another way, whatever their ids are', async () => {
    expect(await run(create)).toBe('1844');
    const odd = ['2000', 'A9999', '9999-B', '1e9', '99999999999999999999', 'x'];
    await run((tx) => insertImported(tx, odd.map(imported)));
    expect(await run(create)).toBe('2001');
    expect(await run(create)).toBe('2002');
  });

  test('a number that somebody else has used is skipped, with all below the largest', async () => {
    expect(await run(create)).toBe('1844');
    await insert(makeTicket('1845', 'ANNA'), makeTicket('1900', 'ANNA'));
    expect(await run(create)).toBe('1901');
    expect(await run(create)).toBe('1902');
  });

  test('a number is given out without looking at the tickets', async () => {
    await run(create);
    const statements = await statementsOf(() => run(create));
    expect(statements.filter((sql) => /from\s+"?tickets/i.test(sql))).toEqual([]);
  });

  test('the first number of an empty store is 1', async () => {
    const empty = await stores.fresh();
    expect(await empty.transaction(nextTicketId)).toBe('1');
  });

  test('a number of a transaction that failed is given out again', async () => {
    const failing = run(async (tx) => {
      await create(tx);
      throw new Error('given up');
    });
    await expect(failing).rejects.toThrow('given up');
    expect(await run(create)).toBe('1844');
  });

  test('ten tickets that are created at once have ten numbers in a row', async () => {
    const ids = await atOnce(store, 10, create);
    expect(ids.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, at) => 1844 + at));
  });

  const append = (tx: Tx, text: string): Promise<void> =>
    appendMessage(tx, { id: randomUUID(), ticketId: '1842', kind: 'note', text, planId: 'p-1' }, NOON);

  test('messages stand in the order in which they were added, on their own ticket', async () => {
    await run((tx) => insertMessage(tx, '1842', 1, 'first'));
    await run((tx) => append(tx, 'second'));
    await run((tx) => append(tx, 'third'));
    await run((tx) => insertMessage(tx, '1843', 1, 'elsewhere'));
    const texts = (await run((tx) => newestMessages(tx, '1842', 20, 100))).map(({ text }) => text);
    expect(texts).toEqual(['third', 'second', 'first']);
    expect((await run((tx) => newestMessages(tx, '1842', 2, 100))).map(({ text }) => text)).toEqual([
      'third',
      'second',
    ]);
    expect(await run((tx) => countMessages(tx, '1842'))).toBe(3);
    expect(await run((tx) => countMessages(tx, '1844'))).toBe(0);
  });

  test('an added message is kept character by character, with its plan', async () => {
    const text = 'Grüße, 你好, שלום, नमस्ते 👩‍👩‍👧 – "quoted"\r\n\tend';
    await run((tx) => append(tx, text));
    const row = await store.db.selectFrom('ticket_messages').selectAll().executeTakeFirstOrThrow();
    expect(row).toEqual({
      id: expect.any(String),
      ticket_id: '1842',
      position: 1,
      source: 'agent',
      kind: 'note',
      body: text,
      plan_id: 'p-1',
      created_at: NOON,
    });
  });

  test('no more of a text is read than was asked for, by code points, and it is said that it goes on', async () => {
    for (const [at, body] of ['1234', '12345', '👩👩👩👩', '👩👩👩👩👩'].entries()) {
      await run((tx) => insertMessage(tx, '1842', at + 1, body));
    }
    const messages = await run((tx) => newestMessages(tx, '1842', 20, 4));
    expect(messages.map(({ text, goesOn }) => [text, goesOn])).toEqual([
      ['👩👩👩👩', true],
      ['👩👩👩👩', false],
      ['1234', true],
      ['1234', false],
    ]);
  });

  test('of two that add to one thread without having taken the ticket only one gets through', async () => {
    const [first, second] = await overlap(
      store,
      (tx) => append(tx, 'one'),
      (tx) => append(tx, 'two'),
    );
    expect(valueOf(first)).toBeUndefined();
    if (second.status === 'rejected') expect(isUniqueViolation(second.reason)).toBe(true);
    expect((await run((tx) => newestMessages(tx, '1842', 20, 100))).at(-1)?.text).toBe('one');
  });
}
