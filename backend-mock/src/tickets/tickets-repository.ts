import type { Assignee, Priority, Status } from '@narrow-deputies/contracts/tickets';
import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

/** One ticket; its subject may have come from outside. */
export interface Ticket {
  readonly id: string;
  readonly version: number;
  readonly customerId: string;
  readonly subject: string;
  readonly status: Status;
  readonly priority: Priority;
  readonly assignee: Assignee | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

type Row = Tables['tickets'];

const toTicket = (row: Row): Ticket => ({
  id: row.id,
  version: row.version,
  customerId: row.customer_id,
  subject: row.subject,
  status: row.status,
  priority: row.priority,
  assignee: row.assignee,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export async function findTicket(tx: Tx, id: string): Promise<Ticket | undefined> {
  const row = await tx.selectFrom('tickets').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toTicket(row);
}

export interface TicketFilter {
  readonly status?: Status | undefined;
  readonly priority?: Priority | undefined;
  readonly assignee?: Assignee | undefined;
  readonly customerId?: string | undefined;
}

/** Where a listing stands: behind the ticket that it ended with. */
export interface Position {
  readonly createdAt: number;
  readonly id: string;
}

/** Tickets that fit a filter, newest first. */
export async function listTickets(tx: Tx, filter: TicketFilter, limit: number, after?: Position): Promise<Ticket[]> {
  let query = tx.selectFrom('tickets').selectAll();
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.priority !== undefined) query = query.where('priority', '=', filter.priority);
  if (filter.assignee !== undefined) query = query.where('assignee', '=', filter.assignee);
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId);
  if (after) {
    query = query.where((is) =>
      is.or([
        is('created_at', '<', after.createdAt),
        is.and([is('created_at', '=', after.createdAt), is('id', '<', after.id)]),
      ]),
    );
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(toTicket);
}

const toRow = (ticket: Ticket): Row => ({
  id: ticket.id,
  version: ticket.version,
  customer_id: ticket.customerId,
  subject: ticket.subject,
  status: ticket.status,
  priority: ticket.priority,
  assignee: ticket.assignee,
  created_at: ticket.createdAt,
  updated_at: ticket.updatedAt,
});

export async function insertTicket(tx: Tx, ticket: Ticket): Promise<void> {
  await tx.insertInto('tickets').values(toRow(ticket)).execute();
}

/** Fields of a ticket that can be set, by enumerated values. */
export type TicketFields = Pick<TicketFilter, 'status' | 'priority' | 'assignee'>;

/** Sets some fields of a ticket; its version was taken by the commit before. */
export async function updateTicket(tx: Tx, id: string, fields: TicketFields, now: number): Promise<void> {
  await tx
    .updateTable('tickets')
    .set({ ...fields, updated_at: now })
    .where('id', '=', id)
    .execute();
}

/** Inserts a ticket under the next number. @returns its id. */
export async function insertNumberedTicket(tx: Tx, ticket: Omit<Ticket, 'id'>): Promise<string> {
  const numbered = { ...ticket, id: await nextTicketId(tx) };
  const inserted = await tx
    .insertInto('tickets')
    .values(toRow(numbered))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) return inserted.id;
  // Somebody wrote tickets past their numbers.
  await skipTicketNumbers(tx);
  const healed = { ...ticket, id: await nextTicketId(tx) };
  await insertTicket(tx, healed);
  return healed.id;
}

/**
 * Gives out the number of a new ticket, by a row of its own: what it costs does not grow with the tickets. Whoever comes
 * second waits until the first has ended; numbers of a transaction that failed come again.
 */
export async function nextTicketId(tx: Tx): Promise<string> {
  const next = sql<{ value: number }>`
    update sequences set value = value + 1 where name = 'ticket' returning value`;
  let { rows } = await next.execute(tx);
  if (rows.length === 0) {
    await skipTicketNumbers(tx);
    ({ rows } = await next.execute(tx));
  }
  const value = rows[0]?.value;
  if (value === undefined) throw new Error('No number was given out for a ticket.');
  return String(value);
}

/** Numbers of more digits than this are ids like any other text: counting on from one would not be exact. */
const DIGITS_MAX = 15;

/** Lets numbers go on behind the largest that is present; for whoever writes tickets in another way. Reads all tickets. */
export async function skipTicketNumbers(tx: Tx): Promise<void> {
  await sql`
    insert into sequences (name, value)
    select 'ticket', coalesce(max(case
      when ltrim(id, '0123456789') = '' and length(id) <= ${sql.lit(DIGITS_MAX)} then cast(id as bigint) end), 0)
    from tickets where true
    on conflict (name) do update set value = excluded.value where excluded.value > sequences.value`.execute(tx);
}
