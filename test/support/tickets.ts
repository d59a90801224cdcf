import { expect } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  insertMessage,
  insertOrders,
  insertRecords,
  insertTickets,
  makeOrder,
  makeTicket,
} from '../../backend-mock/test/support/ticket-rows.ts';
import { expectCaught, startBrokenLab, type Fault } from './broken.ts';
import type { Lab } from './lab.ts';
import type { RequestOptions, WireClient, WireReply } from './wire-client.ts';

/** What a pair is about, as its two tools are called. */
export type Noun = 'create_ticket' | 'update_ticket' | 'reply_to_customer' | 'refund';

/** ANNA's: open, with two messages and order 501 of 10.00 EUR. 1844 is hers too, and closed. BERT's are 1843 and 502. */
export const TICKET = '1842';
export const ORDER = '501';
export const TOTAL = 1000;

const RECORDS = ['refunds', 'ticket_messages', 'tickets', 'orders', 'customers'] as const;

/** Stores the same few records anew; whatever was planned is over, and no limit is used up. */
export async function seedTickets(lab: Lab): Promise<void> {
  const { db } = lab.backend.database;
  for (const table of [...RECORDS, 'sequences', 'limits'] as const) await db.deleteFrom(table).execute();
  await db.updateTable('plans').set({ state: 'revoked' }).where('state', '!=', 'committed').execute();
  await lab.backend.database.transaction(async (tx) => {
    await insertRecords(tx);
    await insertMessage(tx, TICKET, 1, 'Two cups arrived broken.');
    await insertMessage(tx, TICKET, 2, 'Is anybody there?');
    await insertTickets(tx, makeTicket('1844', 'ANNA', { status: 'closed' }));
  });
}

/** One more order, as an import would bring it. */
export const addOrder = (lab: Lab, id: string, customerId: string, total: number, currency: string): Promise<void> =>
  lab.backend.database.transaction((tx) => insertOrders(tx, makeOrder(id, customerId, { total, currency })));

/** A customer writes on a ticket, which goes on to its next version. */
export async function customerWrites(lab: Lab, ticketId: string, body: string): Promise<void> {
  await lab.backend.database.transaction(async (tx) => {
    const { last } = await tx
      .selectFrom('ticket_messages')
      .select((select) => select.fn.max('position').as('last'))
      .where('ticket_id', '=', ticketId)
      .executeTakeFirstOrThrow();
    await insertMessage(tx, ticketId, (last ?? 0) + 1, body);
    await tx
      .updateTable('tickets')
      .set((ticket) => ({ version: ticket('version', '+', 1) }))
      .where('id', '=', ticketId)
      .execute();
  });
}

/** One client for each lab: it keeps its grant. */
const wires = new WeakMap<Lab, WireClient>();

/** Calls a tool of the ticket-handler. Quotas are not what is looked at here. */
export async function call(lab: Lab, tool: string, args: JsonObject, options: RequestOptions = {}): Promise<WireReply> {
  await lab.backend.database.db.deleteFrom('limits').execute();
  const wire = wires.get(lab) ?? lab.wireOf('ticket-handler');
  wires.set(lab, wire);
  return wire.call(`/v1/tickets/${tool}`, args, options);
}

export const plan = (lab: Lab, noun: Noun, args: JsonObject, options: RequestOptions = {}): Promise<WireReply> =>
  call(lab, `plan_${noun}`, args, options);
export const commit = (lab: Lab, noun: Noun, planId: string, options: RequestOptions = {}): Promise<WireReply> =>
  call(lab, `commit_${noun}`, { planId }, options);

export const refundOf = (amount: number, differs: JsonObject = {}): JsonObject => ({
  ticketId: TICKET,
  orderId: ORDER,
  amount,
  currency: 'EUR',
  reason: 'Two cups arrived broken.',
  ...differs,
});

/** A plan that its owner approved. @returns its id. */
export async function approved(lab: Lab, noun: Noun, args: JsonObject): Promise<string> {
  const { json } = await plan(lab, noun, args);
  const planId = String(json['planId']);
  expect((await lab.people.owner.decide('approve', planId)).json['status']).toBe('released');
  return planId;
}

export const resultOf = ({ json }: WireReply): JsonObject => (json['receipt'] as JsonObject)['result'] as JsonObject;

/** Every record, row by row. */
export async function recordsOf(lab: Lab): Promise<JsonObject> {
  const records: JsonObject = {};
  for (const table of RECORDS) {
    const rows = await lab.backend.database.db.selectFrom(table).selectAll().orderBy('id').execute();
    records[table] = rows as unknown as JsonObject[];
  }
  return records;
}

/** Minor units that were paid back of one order. */
export async function paidOf(lab: Lab, orderId = ORDER): Promise<number> {
  const rows = await lab.backend.database.db
    .selectFrom('refunds')
    .select('amount')
    .where('order_id', '=', orderId)
    .execute();
  return rows.reduce((sum, { amount }) => sum + amount, 0);
}

export const stateOf = async (lab: Lab, planId: string): Promise<string> =>
  (await lab.backend.database.db.selectFrom('plans').select('state').where('id', '=', planId).executeTakeFirstOrThrow())
    .state;

/** A call is refused with this code: one entry that says so, and no record and no plan is another. */
export async function expectDenied(lab: Lab, make: () => Promise<WireReply>, code: string): Promise<WireReply> {
  const { db } = lab.backend.database;
  const planIds = async (): Promise<string[]> =>
    (await db.selectFrom('plans').select('id').orderBy('id').execute()).map(({ id }) => id);
  const before = { records: await recordsOf(lab), plans: await planIds(), entries: (await lab.entries()).length };
  const reply = await make();
  expect({ code: reply.json['code'], text: reply.text }).toEqual({ code, text: reply.text });
  expect({ records: await recordsOf(lab), plans: await planIds() }).toEqual({
    records: before.records,
    plans: before.plans,
  });
  const entries = (await lab.entries()).slice(before.entries).filter(({ kind }) => kind !== 'grant');
  const outcome = code === 'approval_required' ? 'pending' : 'refused';
  expect(entries).toMatchObject([{ auditId: reply.json['auditId'], code, outcome }]);
  return reply;
}

/** What a caller can tell two refusals apart by: everything but the name of the entry and the clock. */
export function told({ status, headers, json }: WireReply): unknown {
  const { auditId: _entry, ...rest } = json;
  const { date: _date, ratelimit: _left, ...others } = headers;
  return { status, headers: others, rest };
}

/** JSON pointers of what was wrong. */
export const pointersOf = ({ json }: WireReply): string[] =>
  ((json['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);

/** Runs the same on a backend with one fault, on which it has to fail. */
export async function expectCaughtIn(fault: Fault, assertion: (broken: Lab) => Promise<unknown>): Promise<void> {
  const broken = await startBrokenLab(fault);
  try {
    await seedTickets(broken);
    await expectCaught(() => assertion(broken));
  } finally {
    await broken.stop();
  }
}

/** What a test replaces a module's own function with takes the transaction as this. */
export type Store = Lab['backend']['database']['db'];
